import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createHistories } from '../../src/service/history.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { temporaryFolder } from '../support/temporary.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 7, 12);
const COUNT = 4990;

test('at most a thousand rows are written in one turn of the event loop, however many a store returns', async (t) => {
  const opened = await openSqlite({ path: join(temporaryFolder(t), 'samples.sqlite'), access: 'write' });
  if (!opened) throw new Error('a store opened for writing is there');
  const { store } = opened;
  t.after(() => store[Symbol.asyncDispose]());
  const { signal } = new AbortController();
  const days = Array.from({ length: COUNT }, (_, index) => ({ time: NOW - index * DAY, price: 1 + index }));
  await store.append(days, signal);
  const histories = createHistories({ store, clock: () => NOW });
  const plan = await histories.plan({ from: 'oldest', to: 'now', bucket: '1d' });

  let ofTurn = 0;
  let most = 0;
  let rows = 0;
  let isOver = false;
  const turning = (async () => {
    for (; !isOver; await nextTurn()) ofTurn = 0;
  })();
  for await (const text of histories.content(plan.span, 'csv', signal)) {
    const count = String(text).split('\r\n').length - 1;
    rows += count;
    ofTurn += count;
    most = Math.max(most, ofTurn);
  }
  isOver = true;
  await turning;
  // Including the header row.
  assert.equal(rows, COUNT + 1);
  assert.ok(most <= 1001, `${most} rows in one turn`);
});
