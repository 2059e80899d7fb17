// Uploads one file with tus-js-client, however often the connection breaks. What and whereto stands
// in the environment; exit status 0 only when the client says that it is done.

import { createReadStream } from 'node:fs'
import { env } from 'node:process'
import { Upload } from 'tus-js-client'

let retries = 0

const upload = new Upload(createReadStream(env.UPLOAD_FILE), {
  endpoint: env.UPLOAD_ENDPOINT,
  headers: { Authorization: `Bearer ${env.UPLOAD_TOKEN}` },
  metadata: {
    attachment_id: env.UPLOAD_ID,
    sha256: env.UPLOAD_SHA256,
    filename: 'photo.jpg',
    filetype: 'image/jpeg',
  },
  chunkSize: env.UPLOAD_CHUNK_BYTES ? Number(env.UPLOAD_CHUNK_BYTES) : Infinity,
  uploadDataDuringCreation: env.UPLOAD_DURING_CREATION === '1',
  // At once, and as often as it takes: the cuts are what is tested, not the client's patience.
  retryDelays: Array(10_000).fill(0),
  onShouldRetry(error) {
    retries += 1
    const status = error.originalResponse?.getStatus() ?? 0
    return status < 400 || status === 409 || status >= 500
  },
  onSuccess() {
    console.log(`retries ${retries}`)
  },
  onError(error) {
    console.error(String(error))
    process.exitCode = 1
  },
})

upload.start()
