// PouchDB's own endpoint as a peer: express-pouchdb over LevelDB, as their documentation sets it
// up, and the measured page at the same origin.
//
//     node server.mjs PAGE DATA
//
// PAGE holds the page's files; DATA becomes the databases'. Prints its port.

import { fileURLToPath } from 'node:url';
import path from 'node:path';
import express from 'express';
import endpoint from 'express-pouchdb';
import PouchDB from 'pouchdb';

const [page, data] = process.argv.slice(2).map((folder) => path.resolve(folder));
const peer = endpoint(PouchDB.defaults({ prefix: `${data}/` }), {
  mode: 'minimumForPouchDB',
  inMemoryConfig: true,
  logPath: path.join(data, 'log.txt'),
});
const inPage = fileURLToPath(new URL('node_modules/pouchdb/dist/pouchdb.min.js', import.meta.url));

const app = express();
app.use('/bench/page', express.static(page));
app.get('/bench/pouchdb.js', (_, response) => response.sendFile(inPage));
app.use('/peer', peer);
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
// Ends with whoever started it.
process.stdin.on('end', () => process.exit()).resume();
