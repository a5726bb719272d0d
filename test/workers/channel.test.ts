import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { StoreError } from '../../src/domain/errors.ts';
import { HttpError } from '../../src/http/problem.ts';
import type { ServiceEvent } from '../../src/service/observer.ts';
import { type Handlers, openChannel, type Peer } from '../../src/workers/channel.ts';
import { ownShare, shareConnections } from '../../src/workers/connection-shares.ts';
import { createLedger } from '../../src/workers/ledger.ts';
import { createPushedSummaries } from '../../src/workers/pushed-summaries.ts';

/** One end of a channel between threads, with the messages of a channel between processes. */
const peerOf = (port: MessagePort): Peer => ({
  send(message, _handle, _options, done) {
    port.postMessage(JSON.parse(JSON.stringify(message)));
    done(null);
  },
  on: (_event, listener) => port.on('message', listener),
});

function openPair(t: TestContext, handlers: Handlers) {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  const events: ServiceEvent[] = [];
  openChannel(peerOf(port1), handlers, (event) => events.push(event));
  const asker = openChannel(peerOf(port2), {}, (event) => events.push(event));
  return { asker, events, post: (message: unknown) => port2.postMessage(message) };
}

test('a call returns what the handler returns, and the errors that a response would have', async (t) => {
  const { asker, events } = openPair(t, {
    join: (...texts) => ({ joined: texts.join('+') }),
    refuse() {
      throw new HttpError(429, 'too_many', 'too many', { headers: { 'Retry-After': '7' } });
    },
    fail() {
      throw new StoreError('busy', 'the store is locked by another process');
    },
    crash() {
      throw new Error('a secret');
    },
  });
  assert.deepEqual(await asker.ask('join', ['a', 'b']), { joined: 'a+b' });
  await assert.rejects(asker.ask('refuse'), (error) => {
    assert.ok(error instanceof HttpError);
    const { status, code, message, headers } = error;
    assert.deepEqual([status, code, message, headers], [429, 'too_many', 'too many', { 'Retry-After': '7' }]);
    return true;
  });
  await assert.rejects(asker.ask('fail'), { status: 503, code: 'store_busy' });
  assert.equal(events.length, 0);
  await assert.rejects(asker.ask('crash'), { status: 500, message: 'unexpected error' });
  assert.deepEqual(
    events.map((event) => event.type === 'request_failed' && String(event.error)),
    ['Error: a secret'],
  );
});

test('messages that are not understood are ignored, with a warning', async (t) => {
  let calls = 0;
  const { asker, events, post } = openPair(t, {
    count: () => {
      calls += 1;
    },
  });
  const bad = [
    'text',
    null,
    {},
    { name: 'count' },
    { name: 'count', args: 'x' },
    { name: 'count', args: [1] },
    { name: 'count', args: ['x'.repeat(20_001)] },
    { name: 'count', args: ['', '', '', ''] },
    { name: 'count', args: [], id: 'x' },
    { name: 'toString', args: [] },
    { name: 'other', args: [] },
  ];
  for (const message of bad) post(message);
  await asker.ask('count');
  assert.equal(calls, 1);
  assert.deepEqual(
    events.map(({ type }) => type),
    bad.map(() => 'warning'),
  );
});

test('a call that gets no reply in time fails, and a late reply is ignored', async (t) => {
  const late = Promise.withResolvers<string>();
  const { asker } = openPair(t, { slow: () => late.promise, quick: () => 'quick' });
  await assert.rejects(asker.ask('slow', [], 20), { name: 'StoreError', code: 'timeout' });
  late.resolve('late');
  assert.equal(await asker.ask('quick'), 'quick');
});

test('workers accept half of the connections of an address themselves, and never more than the limit together', async (t) => {
  for (const [max, workers] of [
    [1, 2],
    [7, 3],
    [40, 4],
  ] as const) {
    const ledger = createLedger();
    const share = ownShare(max, workers);
    const counts = Array.from({ length: workers }, (_, id) => {
      const { asker } = openPair(t, {
        take: (network) => ledger.take(id, network ?? '', max - workers * share),
        give: (network) => ledger.give(id, network ?? ''),
      });
      return shareConnections(asker, share);
    });
    let held = 0;
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < max; index += 1)
        if (await counts[index % workers]?.take('192.0.2.1')) held += 1;
      assert.equal(held, max, `${max} in ${workers}`);
      for (const count of counts) assert.equal(await count.take('192.0.2.1'), false);
      assert.equal(await counts[0]?.take('192.0.2.2'), true, 'another address has its own limit');
      counts[0]?.give('192.0.2.2');
      for (let index = 0; index < max; index += 1) counts[index % workers]?.give('192.0.2.1');
      held = 0;
    }
  }
});

test('what a worker held is free when it has ended', () => {
  const ledger = createLedger();
  assert.equal(ledger.take(1, 'a', 2), true);
  assert.equal(ledger.take(2, 'a', 2), true);
  assert.equal(ledger.take(2, 'a', 2), false);
  ledger.give(3, 'a');
  assert.equal(ledger.take(3, 'a', 2), false, 'a worker gives only what it holds');
  ledger.forget(1);
  assert.equal(ledger.take(2, 'a', 2), true);
  assert.equal(ledger.take(2, 'a', 2), false);
});

test('a worker asks for the summary again if the writer was silent, and keeps the old one if that fails', async () => {
  let now = 1_800_000_000_000;
  let asked = 0;
  let text = '';
  let isBroken = false;
  const summaries = createPushedSummaries({
    async ask() {
      asked += 1;
      if (isBroken) throw new StoreError('timeout', 'no reply');
      return text;
    },
    source: 'senticrypt',
    clock: () => now,
    timeToLiveMs: 120_000,
    staleAfterMs: 300_000,
  });
  const seen: unknown[] = [];
  summaries.watch((kept) => seen.push(kept?.summary.asOf));
  assert.equal(await summaries.read(), undefined);
  assert.equal(summaries.isEmpty(), true);
  const time = new Date(now).toISOString().replace('.000Z', 'Z');
  const hours = [2, 1, 0].map((back) => ({
    time: new Date(Math.floor(now / 3_600_000) * 3_600_000 - back * 3_600_000)
      .toISOString()
      .replace('.000Z', 'Z'),
    price: back ? null : 1,
    sentiment: null,
    price_samples: back ? 0 : 1,
    sentiment_samples: 0,
    complete: back > 0,
  }));
  text = JSON.stringify({
    hourly_average_of_averages: hours,
    sentiment_direction: 'unknown',
    price_direction: 'unknown',
    is_lit: null,
    as_of: time,
    stale: false,
    source: 'senticrypt',
    newest: { price: time, sentiment: null },
  });
  summaries.receive(text);
  assert.deepEqual(seen, [undefined, now]);
  const kept = summaries.current(now);
  assert.equal(kept?.summary.asOf, now);
  assert.equal(asked, 1);
  now += 3000;
  assert.equal(summaries.current(now), undefined);
  assert.equal(await summaries.read(), kept, 'the same object, since nothing has changed');
  assert.equal(asked, 2);
  now += 3000;
  isBroken = true;
  assert.equal(await summaries.read(), kept);
  summaries.confirm();
  assert.equal(summaries.current(now), kept);
  assert.throws(() => summaries.receive('{}'), /not valid/);
  assert.equal(seen.length, 2);
});
