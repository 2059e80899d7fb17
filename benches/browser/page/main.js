// Asks the runner what to do, does that one thing, reports, and starts over as a fresh page: what
// one measurement leaves in memory never reaches the next.

import startDevice from './device.js';
import { enrol, fill, push, raw } from './backlog.js';
import { list } from './lists.js';
import { peer_fill, peer_push } from './pouch.js';
import { save } from './saves.js';
import { install, look_through, start_cold } from './start.js';

/** Where the runner is, if not where this page comes from. */
const house = new URLSearchParams(location.search).get('house') ?? '';

/** The device sends nothing before it is told to begin. */
const withDevice = (step) => async (order) => {
  await startDevice();
  return step(order);
};

const steps = {
  enrol: withDevice(enrol),
  fill: withDevice(fill),
  push: withDevice(push),
  save: withDevice(save),
  list: withDevice(list),
  raw,
  install,
  start_cold,
  look_through,
  peer_fill,
  peer_push,
};

const { number, order } = await (await fetch(`${house}/bench/order`)).json();
let report;
try {
  report = { done: (await steps[order.step](order, house)) ?? {} };
} catch (error) {
  report = { failed: `${error}\n${error.stack}` };
}
await fetch(`${house}/bench/report/${number}`, { method: 'POST', body: JSON.stringify(report) });
location.reload();
