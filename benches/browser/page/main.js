// Asks the runner what to do, does that one thing, reports, and starts over as a fresh page: what
// one measurement leaves in memory never reaches the next.

import { begin, enrol, fill, push, raw } from './backlog.js';
import { save } from './saves.js';

const steps = { enrol, fill, push, raw, save };

async function perform() {
  const order = await (await fetch('/bench/order')).json();
  await begin();
  return steps[order.step](order);
}

let report;
try {
  report = { done: (await perform()) ?? {} };
} catch (error) {
  report = { failed: `${error}\n${error.stack}` };
}
await fetch('/bench/report', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(report),
});
location.reload();
