// Appends and deletes samples in an SQLite file at random until a test kills it: node store-writer.ts PATH SEED
import process from 'node:process';
import { openSqlite } from '../../../src/stores/sqlite/open.ts';

const [path = '', seed = '1'] = process.argv.slice(2);
const START = Date.UTC(2026, 0, 5);
const STEPS = 20_000;
const { signal } = new AbortController();

let state = Number(seed);
/** A whole number from 0 to below `bound`. */
function random(bound: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * bound);
}

const opened = await openSqlite({ path, access: 'write' });
if (!opened) throw new Error('the file was not created');
console.log('ready');
// The test that started it may have been killed.
const stopAt = Date.now() + 60_000;
while (Date.now() < stopAt) {
  const first = START + random(STEPS) * 30_000;
  if (random(4) === 0) {
    await opened.store.remove({ from: first, to: first + random(2000) * 30_000 }, signal);
    continue;
  }
  const samples = Array.from({ length: 1 + random(3000) }, (_, index) => {
    const time = first + index * 30_000;
    const kind = random(4);
    return {
      time,
      ...(kind > 0 && { price: 1 + random(1000) }),
      ...(kind !== 1 && { sentiment: random(21) / 10 - 1 }),
    };
  });
  await opened.store.append(random(3) === 0 ? samples.toReversed() : samples, signal);
}
