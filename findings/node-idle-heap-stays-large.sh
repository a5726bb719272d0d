#!/usr/bin/env bash
# Node.js 26.10.0: an idle process never gives the memory of V8's heap back, because V8's memory reducer waits for ever.
#
# Expected: after a burst of work, V8's memory reducer (--memory-reducer, on by default) sees that little is allocated, collects garbage
#   and returns free pages to the system.
# Seen: it looks every eight seconds, reports "high alloc" each time, and never collects. Of its three rates, that of the C++ heap is 0:
#   Node.js has such a heap, but most programs allocate nothing in it after their start. V8 takes a rate of 0 for unknown, and rates it as
#   the highest. If the program allocates there, such as with vm.Script, the reducer works as expected.
# Consequence: tens of megabytes of the space for new objects stay resident after a burst. Collect in idle times, with the function gc and
#   { type: 'major', flavor: 'last-resort' }; a plain gc() does not shrink that space either.
#
# Node.js 20 or later with npm. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --allow-scripts=node node@26.10.0 2>/dev/null ||
  npm install --silent --no-fund --no-audit node@26.10.0
cat >idle.mjs <<'PROGRAM'
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { Script } from 'node:vm';

function report(what) {
  const { physical_space_size: bytes } = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  console.log(`${what}: ${bytes > 16e6 ? 'more than 16' : bytes < 4e6 ? 'less than 4' : 'between 4 and 16'} MB for new objects`);
}
const recent = [];
for (let turn = 0; turn < 600; turn += 1) recent[turn % 20] = Array.from({ length: 10_000 }, (_, index) => `${turn} ${index}`);
recent.length = 0;
report('busy');
if (process.argv[2] === 'gc') {
  globalThis.gc();
  report('after gc()');
  globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
} else {
  const timer = process.argv[2] === 'scripts' ? setInterval(() => Array.from({ length: 100 }, () => new Script('0')), 500) : undefined;
  await sleep(15_000);
  clearInterval(timer);
}
report(`idle ${process.argv[2]}`);
PROGRAM
# Shorter delays than 30 and 8 seconds, so that the reducer looks a dozen times.
FLAGS="--gc-memory-reducer-start-delay-ms=1000 --memory-reducer-delay-ms=1000"
seen=$(for with in nothing scripts gc; do npx node --expose-gc $FLAGS idle.mjs "$with"; done)
echo "$seen"
# Output on 2026-11-30:
#   busy: more than 16 MB for new objects
#   idle nothing: more than 16 MB for new objects
#   busy: more than 16 MB for new objects
#   idle scripts: less than 4 MB for new objects
#   busy: more than 16 MB for new objects
#   after gc(): more than 16 MB for new objects
#   idle gc: less than 4 MB for new objects
[ "$(grep -v '^busy' <<<"$seen")" = "idle nothing: more than 16 MB for new objects
idle scripts: less than 4 MB for new objects
after gc(): more than 16 MB for new objects
idle gc: less than 4 MB for new objects" ]
