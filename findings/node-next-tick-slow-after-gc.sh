#!/usr/bin/env bash
# Node.js 26.10.0: process.nextTick takes several times as long for ever, once V8 has collected garbage a few times while no tick
# was pending.
#
# Expected: a collection has no lasting effect on the speed of functions that are compiled.
# Seen: nextTick creates an object with three computed keys. V8 remembers the hidden class of that object for each key, weakly. If
#   no such object exists during a few major collections, the class is collected. The next call creates another, and V8 takes the two
#   for different shapes: from then on, it defines each key by a call of its runtime.
# Consequence: a server is slower per request after its first seconds than a benchmark of a fresh process shows; node:http calls
#   nextTick several times per request. It helps to keep one tick object from the start:
#   process.nextTick(() => { kept = executionAsyncResource(); }).
#
# Node.js 20 or later with npm. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --allow-scripts=node node@26.10.0 2>/dev/null ||
  npm install --silent --no-fund --no-audit node@26.10.0
cat >ticks.mjs <<'PROGRAM'
import { executionAsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

let kept;
if (process.argv[2] === 'kept')
  await new Promise((resolve) => process.nextTick(() => resolve((kept = executionAsyncResource()))));

const TICKS = 300_000;
const time = () =>
  new Promise((resolve) => {
    const began = performance.now();
    let count = 0;
    function tick() {
      count += 1;
      if (count === TICKS) resolve(performance.now() - began);
      else process.nextTick(tick);
    }
    tick();
  });
async function fastest() {
  const times = [];
  for (let turn = 0; turn < 6; turn += 1) times.push(await time());
  return Math.min(...times);
}
const before = await fastest();
for (let collection = 0; collection < 6; collection += 1) {
  globalThis.gc();
  await sleep(20);
}
const after = await fastest();
console.log(`${process.argv[2]}: ${after > 3 * before ? 'more' : 'less'} than 3 times as long after collections`);
PROGRAM
seen=$(for what in nothing kept; do npx node --expose-gc ticks.mjs "$what"; done)
echo "$seen"
# Output on 2026-12-01:
#   nothing: more than 3 times as long after collections
#   kept: less than 3 times as long after collections
[ "$seen" = "nothing: more than 3 times as long after collections
kept: less than 3 times as long after collections" ]
