// What a save takes, against the very same writes done by hand.

import { putBack } from './aside.js';
import { committed, opened, settled } from './requests.js';

/** A copy of the device's stores, for the writes by hand. */
const TWIN = 'bench-twin';
/** Saves before the first that counts: code and files are warm then, for both. */
const WARM_UP = 20;

/**
 * Notes every write between two commits of the device: which stores, how durable, what was
 * written where. Patches IndexedDB's prototypes, so it is never on while anything is measured.
 */
class Recorder {
  #transactions = new Map();
  #originals = [];

  constructor() {
    const { prototype } = IDBObjectStore;
    for (const method of ['put', 'add', 'delete']) {
      const original = prototype[method];
      this.#originals.push([method, original]);
      const recorder = this;
      prototype[method] = function (...values) {
        recorder.#note(this, method, values);
        return original.apply(this, values);
      };
    }
  }

  #note({ name, transaction }, method, values) {
    const writes = this.#transactions.get(transaction) ?? [];
    writes.push({ name, method, values });
    this.#transactions.set(transaction, writes);
  }

  /** What was written, transaction by transaction; records no longer. */
  end() {
    for (const [method, original] of this.#originals) IDBObjectStore.prototype[method] = original;
    return [...this.#transactions].map(([{ objectStoreNames, durability }, writes]) =>
      ({ stores: [...objectStoreNames], durability, writes }));
  }
}

/** An empty database with the same stores as the device's. */
async function openTwin() {
  await settled(indexedDB.deleteDatabase(TWIN));
  const device = await opened(indexedDB.open('sightline'));
  const twin = await opened(indexedDB.open(TWIN, 1), (database) => {
    for (const name of device.objectStoreNames) database.createObjectStore(name);
  });
  device.close();
  return twin;
}

/**
 * The same writes once more in strict transactions: keys of the same length that sort as the
 * device's do, which grow with time.
 */
function freshened(transactions, number) {
  const ending = number.toString(16).padStart(8, '0');
  const fresh = (key) => (key.length > 2 * ending.length ? key.slice(0, -8) + ending : key);
  return transactions.map(({ stores, durability, writes }) => ({
    stores,
    durability,
    writes: writes.map(({ name, method, values }) => {
      const [first, ...rest] = values;
      return method === 'delete'
        ? { name, method, values }
        : { name, method, values: [first, ...rest.map(fresh)] };
    }),
  }));
}

async function write(database, transactions) {
  for (const { stores, durability, writes } of transactions) {
    const transaction = database.transaction(stores, 'readwrite', { durability });
    for (const { name, method, values } of writes) {
      transaction.objectStore(name)[method](...values);
    }
    await committed(transaction);
  }
}

async function took(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The times of `saves` saves and of as many writes by hand, in milliseconds, in shuffled order. */
export async function save({ saves, notes }) {
  await putBack(`filled-${notes}`);
  const recorder = new Recorder();
  await device.save(0);
  const transactions = recorder.end();
  const twin = await openTwin();
  const times = { device_ms: [], raw_ms: [] };
  for (let number = 0; number < WARM_UP + saves; number += 1) {
    const byHand = freshened(transactions, number);
    const works = [
      [times.device_ms, () => device.save(number)],
      [times.raw_ms, () => write(twin, byHand)],
    ];
    if (Math.random() < 0.5) works.reverse();
    for (const [list, work] of works) {
      const ms = await took(work);
      if (number >= WARM_UP) list.push(ms);
    }
  }
  twin.close();
  return { ...times, writes: transactions };
}
