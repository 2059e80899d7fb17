// The app itself in a frame, without a network: from a cold start to a field that keeps what is typed,
// how long a list of thousands takes to be searched and filtered, and how much memory it asks for.

import { putBack } from './aside.js';
import { committed, opened as openDatabase, settled } from './requests.js';

/** An empty page with a field, a few inline lines and IndexedDB, from a worker's cache as well. */
const EMPTY = '/bench/page/empty/index.html';
const ENTRY = '/new/need';
const LIST = '/notes';
/** Where the app keeps what is typed before it has loaded. */
const EARLY = 'early-need';
/** And afterwards: its key in the store of drafts. */
const DRAFT = 'need';

const frameTime = (view) => view.performance.now();
const nextFrame = (view) => new Promise((resolve) => view.requestAnimationFrame(resolve));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A fresh frame on this address; `done` tells from its window and document when it is there. */
async function opened(address, done) {
  const frame = document.createElement('iframe');
  frame.width = 360;
  frame.height = 740;
  frame.src = address;
  document.body.append(frame);
  const isArrived = () => frame.contentWindow.location.pathname === new URL(address, location).pathname;
  for (const until = performance.now() + 60_000; performance.now() < until; ) {
    const view = frame.contentWindow;
    const ready = isArrived() && view.document.body && done(view, view.document);
    if (ready) return { frame, view, ready };
    await pause(1);
  }
  throw new Error(`${address} never became ready`);
}

/** Types a letter as a rep does, and tells when it is kept, in milliseconds from the frame's start. */
function typed(view, document) {
  const field = document.querySelector('textarea');
  if (!field || document.activeElement !== field) return null;
  field.value += 'x';
  field.dispatchEvent(new view.Event('input', { bubbles: true }));
  if (view.isKept) return view.isKept;
  // On a quick machine the app has taken the field over before anybody could type.
  return view.localStorage.getItem(EARLY) === null ? inDraft() : Promise.resolve();
}

/** Settles once the app's draft holds something. */
async function inDraft() {
  const database = await openDatabase(indexedDB.open('sightline'));
  const drafts = () => database.transaction('drafts').objectStore('drafts');
  while (!(await settled(drafts().get(DRAFT)))) await pause(1);
  database.close();
}

async function forgetDraft() {
  const database = await openDatabase(indexedDB.open('sightline'));
  const transaction = database.transaction('drafts', 'readwrite');
  transaction.objectStore('drafts').delete(DRAFT);
  await committed(transaction);
  database.close();
}

async function start(address) {
  localStorage.removeItem(EARLY);
  const { frame, view, ready } = await opened(address, typed);
  await ready;
  const ms = frameTime(view);
  frame.remove();
  localStorage.removeItem(EARLY);
  await forgetDraft();
  return ms;
}

/** The app's worker, and one for the empty page, both with all that they need to start offline. */
export async function install() {
  const workers = [['/sw.js', '/'], ['/bench/page/empty/sw.js', '/bench/page/empty/']];
  for (const [script, scope] of workers) {
    const registration = await navigator.serviceWorker.register(script, { scope });
    while (registration.active?.state !== 'activated') await pause(50);
  }
}

/** Cold starts of both in shuffled order, over a database with that many notes, in milliseconds. */
export async function start_cold({ starts, notes }) {
  await putBack(notes === 0 ? 'enrolled' : `filled-${notes}`);
  const times = { app_ms: [], empty_ms: [] };
  const works = [[times.app_ms, ENTRY], [times.empty_ms, EMPTY]];
  for (let number = 0; number < starts; number += 1) {
    if (Math.random() < 0.5) works.reverse();
    for (const [into, address] of works) into.push(await start(address));
  }
  return times;
}

/** How long a filter and a search take among so many notes, in milliseconds, and the memory, in bytes. */
export async function look_through({ looks, notes }) {
  await putBack(`filled-${notes}`);
  const empty = await opened(EMPTY, (_, document) => document.querySelector('textarea'));
  const before = await memory();
  empty.frame.remove();
  const rows = (_, document) => document.querySelector('[data-testid=notes-rows]');
  const { frame, view, ready: list } = await opened(LIST, rows);
  // All notes are read once somebody is about to look through them.
  view.document.querySelector('[data-testid=notes-filters]').open = true;
  for (const until = performance.now() + 60_000; list.dataset.whole !== 'true'; await pause(50)) {
    if (performance.now() > until) throw new Error('the list is never read to its end');
  }
  const after = await memory();
  const times = { filter_ms: [], search_ms: [], memory: after - before };
  const { document } = view;
  const shown = async (work) => {
    const count = list.dataset.count;
    const began = performance.now();
    work();
    for (let frames = 0; list.dataset.count === count; frames += 1) {
      if (frames === 600) throw new Error(`still ${count} rows`);
      await Promise.resolve();
      if (list.dataset.count === count) await nextFrame(view);
    }
    return performance.now() - began;
  };
  const chip = () => document.querySelector('[data-testid=filter-need] input');
  const field = document.querySelector('[data-testid=notes-search]');
  const search = (words) => {
    field.value = words;
    field.dispatchEvent(new view.Event('input', { bubbles: true }));
  };
  for (let number = 0; number < looks; number += 1) {
    times.filter_ms.push(await shown(() => chip().click()));
    await shown(() => chip().click());
    times.search_ms.push(await shown(() => search('remote control')));
    await shown(() => search(''));
  }
  frame.remove();
  return times;
}

/** What the browser holds after a collection, in bytes, as the system counts it: the browser's own
 * figure leaves WebAssembly out. */
async function memory() {
  await performance.measureUserAgentSpecificMemory();
  return Number(await (await fetch('/bench/memory')).text());
}

