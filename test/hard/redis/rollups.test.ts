import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HistoryBucket } from '../../../src/domain/bucket.ts';
import { WIDTHS } from '../../../src/domain/time/bucket-width.ts';
import type { Range } from '../../../src/domain/time/range.ts';
import { keysAt } from '../../../src/stores/redis/keys.ts';
import { openRedis } from '../../../src/stores/redis/open.ts';
import { assertSameBuckets, bucketsOf } from '../../contracts/history.ts';
import { seededRandom } from '../../support/data/random.ts';
import { run } from '../../support/processes/process.ts';
import { rawBuckets } from '../../support/stores/raw-buckets.ts';
import { needsRedis, plainClient, redisAddress, testRedis } from '../../support/stores/redis.ts';

const WRITER = fileURLToPath(new URL('../../support/processes/rollup-writer.ts', import.meta.url));
const START = Date.UTC(2026, 0, 5);
const WHOLE_RANGE: Range = { from: START, to: Date.UTC(2027, 0, 4) };
const ROUNDS = 25;
const { signal } = new AbortController();

test(
  `a writer is killed ${ROUNDS} times in the middle: rollups always match the samples`,
  needsRedis,
  async (t) => {
    const { url, keyPrefix } = testRedis();
    const nothing = () => undefined;
    const callbacks = { onChange: nothing, onUpdate: nothing, onWarning: nothing };
    const { store } = await openRedis({
      address: redisAddress(url),
      keyPrefix,
      access: 'serve',
      ...callbacks,
    });
    t.after(() => store[Symbol.asyncDispose]());
    const client = await plainClient(t, url);
    const random = seededRandom(t)(0);

    async function assertRollupsMatchSamples(what: string): Promise<void> {
      for (const width of [WIDTHS['1h'], WIDTHS['4h'], WIDTHS['1d'], WIDTHS['1w']]) {
        const expected: HistoryBucket[] = [];
        for await (const slice of rawBuckets(store.range, WHOLE_RANGE, width)) expected.push(...slice);
        assertSameBuckets(await bucketsOf(store, WHOLE_RANGE, width), expected, `${what}, width ${width}`);
      }
    }

    let halfBuilt = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const args = [WRITER, url, keyPrefix, String(START), String(round + 1)];
      const writer = run(t, process.execPath, args);
      await writer.until(/ready/);
      await sleep(random() * 400);
      writer.child.kill('SIGKILL');
      assert.equal((await writer.ended).signal, 'SIGKILL', writer.output());
      const since = await client.hGet(keysAt({ kind: 'server' }, keyPrefix).rollups, 'since');
      if (since !== '0') halfBuilt += 1;
      await assertRollupsMatchSamples(`round ${round}, complete since ${since}`);
      if (round % 5 === 4) {
        await store.repair(signal);
        assert.equal(await client.hGet(keysAt({ kind: 'server' }, keyPrefix).rollups, 'since'), '0');
        await assertRollupsMatchSamples(`round ${round}, repaired`);
        assert.equal(await store.repair(signal), false);
      }
    }
    t.diagnostic(`${halfBuilt} of ${ROUNDS} kills left incomplete rollups`);
  },
);
