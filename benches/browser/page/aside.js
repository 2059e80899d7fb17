// Copies of the device's whole database: filled once, put back before each round. Knows nothing of
// what lies in the stores, so that the device may change that as it likes.

import { committed, opened, settled } from './requests.js';

const DEVICE = 'sightline';
const COPIES = 'copies';

const openCopies = () =>
  opened(indexedDB.open('bench-copies', 1), (database) => database.createObjectStore(COPIES));

/** Keeps a copy of the device's database under this name. */
export async function setAside(name) {
  const device = await opened(indexedDB.open(DEVICE));
  const copy = {};
  const reading = device.transaction([...device.objectStoreNames]);
  for (const store of device.objectStoreNames) {
    const keys = settled(reading.objectStore(store).getAllKeys());
    const values = settled(reading.objectStore(store).getAll());
    copy[store] = { keys: await keys, values: await values };
  }
  device.close();
  const copies = await openCopies();
  const writing = copies.transaction(COPIES, 'readwrite');
  writing.objectStore(COPIES).put(copy, name);
  await committed(writing);
  copies.close();
}

/** Makes the device's database what it was when it was set aside, on the disk. */
export async function putBack(name) {
  await forgetSecondCopy();
  const copies = await openCopies();
  const copy = await settled(copies.transaction(COPIES).objectStore(COPIES).get(name));
  copies.close();
  const device = await opened(indexedDB.open(DEVICE));
  const names = [...device.objectStoreNames];
  const writing = device.transaction(names, 'readwrite', { durability: 'strict' });
  for (const name of names) {
    const store = writing.objectStore(name);
    store.clear();
    const { keys, values } = copy[name];
    const put = store.keyPath === null
      ? (value, index) => store.put(value, keys[index])
      : (value) => store.put(value);
    values.forEach(put);
  }
  await committed(writing);
  device.close();
}

/** Else the device would bring back from there what another copy of its database held. */
async function forgetSecondCopy() {
  const root = await navigator.storage.getDirectory();
  for (let tries = 1; ; tries += 1) {
    try {
      for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
      return;
    } catch (error) {
      // A frame that was just closed may still write there.
      if (tries === 80) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
