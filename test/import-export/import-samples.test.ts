import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sample } from '../../src/domain/sample.ts';
import { DAY, MINUTE } from '../../src/domain/time/bucket-width.ts';
import { createImportCounter } from '../../src/import-export/import-counts.ts';
import { importSamples } from '../../src/import-export/import-samples.ts';
import { createCoverage } from '../../src/import-export/preview/coverage.ts';
import { emptyBatch, type SampleBatch } from '../../src/import-export/sample-batch.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const START = Date.UTC(2024, 0, 1);
const OF_AN_HOUR = 120;

function hourAt(index: number): SampleBatch {
  const samples = Array.from({ length: OF_AN_HOUR }, (_, half) => ({
    time: START + (index * OF_AN_HOUR + half) * 30_000,
    price: 1 + half,
  }));
  return { ...emptyBatch(), samples };
}

test('an archive’s hours are stored whole, and those read before an interruption are stored', async (t) => {
  const opened = await openSqlite({ path: join(temporaryFolder(t), 'samples.sqlite'), access: 'write' });
  assert.ok(opened);
  await using store = opened.store;
  const stopping = new AbortController();
  async function* batches() {
    for (let index = 0; index < 170; index += 1) yield hourAt(index);
    stopping.abort();
    throw stopping.signal.reason;
  }
  const counter = createImportCounter();
  const sizes: number[] = [];
  const taking = importSamples({
    batches: batches(),
    store: {
      append(samples: readonly Sample[], signal) {
        sizes.push(samples.length);
        return store.append(samples, signal);
      },
    },
    counter,
    reject: async () => undefined,
    announce: async () => undefined,
    stopping: stopping.signal,
    signal: new AbortController().signal,
  });
  await assert.rejects(taking, { name: 'AbortError' });
  assert.ok(sizes.length > 1);
  for (const size of sizes) assert.equal(size % OF_AN_HOUR, 0, `${size} at once`);
  assert.equal(counter.counts().added, 170 * OF_AN_HOUR);
});

test('a preview takes little memory for days with one price, and finds gaps and prices among both kinds of days', () => {
  const coverage = createCoverage();
  const before = process.memoryUsage().arrayBuffers;
  for (let day = 0; day < 3650; day += 1) coverage.add((day + 1) * DAY - 1, day);
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20);
  coverage.add(1000 * DAY, 5000);
  coverage.add(1001 * DAY - 1, 2000);
  const gaps = [...coverage.gaps(DAY - 2)];
  assert.equal(gaps.length, 3649);
  assert.deepEqual(
    gaps.find(({ from }) => from === 1000 * DAY),
    { from: 1000 * DAY, to: 1001 * DAY - 1 },
  );
  assert.equal(coverage.priceAt(1000 * DAY), 5000);
  assert.equal(coverage.priceAt(1001 * DAY - MINUTE), 1500);
  assert.equal(coverage.priceAt(2001 * DAY - MINUTE), 2000);
  assert.equal(coverage.priceAt(2001 * DAY), undefined);
});
