// The backlog on its way: the device with all that it does, and the same notes as raw requests.

import { putBack, setAside } from './aside.js';

/** Where the endpoint takes notes. */
const PUSH = '/api/v1/push';
/** The disk is given this long to be done with what was put back, in milliseconds. */
const SETTLING_MS = 1_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Settles once `condition` holds; looks whenever the device says that something changed. */
async function until(condition) {
  let isOver = false;
  let word = () => {};
  await device.onChange(() => word());
  while (!isOver) {
    const changed = new Promise((resolve) => { word = resolve; });
    isOver = await condition();
    // The device may fall silent just before it was listened to.
    if (!isOver) await Promise.race([changed, pause(100)]);
  }
}

/** Makes this browser a device, and keeps what it then holds. */
export async function enrol({ invitation }) {
  await device.enrol(invitation);
  await until(device.isIdle);
  await setAside('enrolled');
}

/** Saves as many notes as a rep would, one by one, and keeps what the device then holds. */
export async function fill({ notes }) {
  await putBack('enrolled');
  for (let number = 0; number < notes; number += 1) await device.save(number);
  await setAside(`filled-${notes}`);
}

/** From "there is a network again" to the last answer, and until all of it shows as Sent. */
export async function push({ notes, is_compressed }) {
  // How the device compresses; without it, it sends as is.
  if (!is_compressed) delete globalThis.CompressionStream;
  await putBack('enrolled');
  await device.begin();
  await until(device.isIdle);
  await putBack(`filled-${notes}`);
  await pause(SETTLING_MS);
  performance.clearResourceTimings();
  const began = performance.now();
  dispatchEvent(new Event('online'));
  await until(async () => (await device.pending()) === 0);
  const sent_ms = performance.now() - began;
  const pushes = performance.getEntriesByType('resource')
    .filter(({ name }) => new URL(name).pathname === PUSH);
  const stored_ms = Math.max(...pushes.map(({ responseEnd }) => responseEnd)) - began;
  return { stored_ms, sent_ms, requests: pushes.length };
}

/** The same notes as bodies that were made beforehand. */
export async function raw({ batches, token, media_type }) {
  const bodies = [];
  for (let number = 0; number < batches; number += 1) {
    bodies.push(await (await fetch(`/bench/batch/${number}`)).arrayBuffer());
  }
  await pause(SETTLING_MS);
  const headers = { 'authorization': `Bearer ${token}`, 'content-type': media_type };
  const post = async (body) => {
    const answer = await fetch(PUSH, { method: 'POST', headers, body, cache: 'no-store' });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
  };
  const began = performance.now();
  await Promise.all(bodies.map(post));
  return { stored_ms: performance.now() - began, requests: batches };
}
