// The same backlog with PouchDB: documents in its own store, replicated to its own endpoint.

const LOCAL = 'backlog';

async function local() {
  await import('/bench/pouchdb.js');
  return new PouchDB(LOCAL);
}

/** Puts the notes into the local database. */
export async function peer_fill(_, house) {
  const notes = await (await fetch(`${house}/bench/batch/0`)).json();
  const database = await local();
  await database.bulkDocs(notes);
}

/** Replicates all of it into an empty database of the endpoint, by PouchDB's own defaults. */
export async function peer_push({ round, notes }) {
  const database = await local();
  const remote = new PouchDB(`${location.origin}/peer/round-${round}`);
  await remote.info();
  const began = performance.now();
  const { docs_written } = await database.replicate.to(remote);
  const stored_ms = performance.now() - began;
  const { doc_count } = await remote.info();
  if (docs_written !== notes || doc_count !== notes) {
    throw new Error(`${docs_written} written and ${doc_count} there of ${notes}`);
  }
  await remote.destroy();
  return { stored_ms, requests: 0 };
}
