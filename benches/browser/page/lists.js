// What reading the newest notes takes, against the very same rows read by hand.

import { putBack } from './aside.js';
import { opened, settled } from './requests.js';

/** Notes on the first screen of a list. */
const NEWEST = 50;
/** Reads before the first that counts: code and cache are warm then, for both. */
const WARM_UP = 20;

async function took(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The times of `reads` reads and of as many by hand, in milliseconds, in shuffled order. */
export async function list({ reads, notes }) {
  await putBack(`filled-${notes}`);
  const database = await opened(indexedDB.open('sightline'));
  const byHand = () =>
    settled(database.transaction('notes').objectStore('notes').getAll(null, NEWEST));
  const times = { device_ms: [], raw_ms: [] };
  for (let number = 0; number < WARM_UP + reads; number += 1) {
    const works = [
      [times.device_ms, () => device.list(NEWEST)],
      [times.raw_ms, byHand],
    ];
    if (Math.random() < 0.5) works.reverse();
    for (const [into, work] of works) {
      const ms = await took(work);
      if (number >= WARM_UP) into.push(ms);
    }
  }
  database.close();
  return times;
}
