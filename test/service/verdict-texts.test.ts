import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { VERDICT_COLUMNS, verdictRow } from '../../src/domain/past/verdict.ts';
import { directionsOf } from '../../src/domain/summary.ts';
import { formatTime } from '../../src/domain/time/time.ts';
import { createVerdicts } from '../../src/service/past/verdicts.ts';
import { openRedis } from '../../src/stores/redis/open.ts';
import type { SampleStore } from '../../src/stores/sample-store.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { createModel } from '../contracts/model.ts';
import { needsRedis, redisAddress, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';

const HOUR = 3_600_000;
/** Hours of a page of averages. */
const PAGE = 720;
const START = 700 * PAGE * HOUR;
const NOW = START + 4 * PAGE * HOUR;
const { signal } = new AbortController();

type Model = ReturnType<typeof createModel>;

const STORES = {
  async SQLite(t: TestContext) {
    const path = join(temporaryFolder(t), 'samples.sqlite');
    const opened = await Promise.all([
      openSqlite({ path, access: 'serve' }),
      openSqlite({ path, access: 'write' }),
    ]);
    return opened.map((one) => one?.store);
  },
  async Redis() {
    const { url, keyPrefix } = testRedis();
    const nothing = () => undefined;
    const hooks = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
    const open = () => openRedis({ address: redisAddress(url), keyPrefix, access: 'serve', ...hooks });
    return (await Promise.all([open(), open()])).map(({ store }) => store);
  },
} as const;

/** Around the edges of pages. */
const hour = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -3, max: 3 }))
  .map(([page, hours]) => Math.max(0, page * PAGE + hours));
const sample = fc.record(
  {
    hour,
    minute: fc.integer({ min: 0, max: 3 }),
    price: fc.integer({ min: 1, max: 3 }),
    sentiment: fc.integer({ min: -1, max: 1 }),
  },
  { requiredKeys: ['hour', 'minute', 'price'] },
);
const step = fc.record({
  isBeside: fc.boolean(),
  /** Without it, Redis has no averages at first, and computes them from samples. */
  isRepaired: fc.boolean(),
  samples: fc.array(sample, { minLength: 1, maxLength: 12 }),
  removed: fc.option(hour),
  ranges: fc.array(fc.uniqueArray(hour, { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 4 }),
});

/** Each row from the three hours up to its own. */
function rowsOf(model: Model, from: number, to: number) {
  const hours = new Map(model.hours({ from: from - 2 * HOUR, to }).map((one) => [one.start, one]));
  return [...hours.values()]
    .filter(({ start }) => start >= from)
    .map(({ start, price, sentiment }) => {
      const three = [2, 1, 0].map((ago) => hours.get(start - ago * HOUR));
      const directions = directionsOf(
        three.map((one) => one?.price),
        three.map((one) => one?.sentiment),
      );
      return verdictRow({ start, price, sentiment, directions }, formatTime(start));
    });
}

for (const [name, open] of Object.entries(STORES)) {
  test(`${name}: verdicts of any range are those of its hours, before and after any change`, {
    ...(name === 'Redis' && needsRedis),
  }, async (t) => {
    const [store, beside] = await open(t);
    assert.ok(store && beside);
    t.after(() => Promise.all([store, beside].map((one) => one[Symbol.asyncDispose]())));
    const verdicts = createVerdicts({ store, clock: () => NOW });
    async function textOf(from: number, to: number, format: 'json' | 'csv'): Promise<string> {
      const query = { from: formatTime(from), to: formatTime(to), spells: false, bucket: '1h' } as const;
      let text = '';
      for await (const piece of verdicts.text(await verdicts.plan(query), format, signal)) text += piece;
      return text;
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        await store.remove({ from: START - PAGE * HOUR, to: NOW }, signal);
        const model = createModel();
        for (const { isBeside, isRepaired, samples, removed, ranges } of steps) {
          const writer: SampleStore = isBeside ? beside : store;
          const sorted = samples
            .map(({ hour, minute, ...values }) => ({
              time: START + hour * HOUR + minute * 60_000,
              ...values,
            }))
            .toSorted((one, other) => one.time - other.time);
          assert.deepEqual(await writer.append(sorted, signal), model.append(sorted));
          if (isRepaired) await store.repair(signal);
          if (removed !== null) {
            const from = START + removed * HOUR;
            const range = { from, to: from + HOUR };
            assert.equal(await writer.remove(range, signal), model.remove(range));
          }
          for (const hours of ranges) {
            const [from = 0, to = 0] = hours
              .toSorted((one, other) => one - other)
              .map((at) => START + at * HOUR);
            const rows = rowsOf(model, from, to);
            assert.deepEqual(JSON.parse(await textOf(from, to, 'json')).verdicts, rows);
            const lines = rows.map((row) => Object.values(row).map((value) => value ?? ''));
            const expected = [VERDICT_COLUMNS, ...lines].map((line) => `${line.join()}\r\n`).join('');
            assert.equal(await textOf(from, to, 'csv'), expected);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
}
