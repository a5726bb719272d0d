import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { StoreError } from '../../src/domain/errors.ts';
import { summarise } from '../../src/domain/summary.ts';
import { createPushedSummaries, type NumberedSummary } from '../../src/workers/pushed-summaries.ts';

const HOUR = 3_600_000;
const START = 1_800_000_000_000;
const EMPTY = { number: 1, text: '' };

/** A summary as the writer sends it. */
function numbered(number: number, price: number): NumberedSummary {
  const start = Math.floor(START / HOUR) * HOUR;
  const bucket = (back: number) => ({ start: start - back * HOUR, priceSamples: 0, sentimentSamples: 0 });
  // Other programs may have stored any sentiment.
  const last = { ...bucket(0), price, priceSamples: 1, sentiment: 5, sentimentSamples: 1 };
  const summary = summarise({
    asOf: START,
    newest: { price: START, sentiment: START },
    hours: [bucket(2), bucket(1), last],
  });
  return { number, text: JSON.stringify(summary) };
}

/** A worker's copy, and the writer that it asks. */
function begin(first: NumberedSummary) {
  const writer = { now: START, asked: 0, reply: async () => first };
  const summaries = createPushedSummaries({
    ask() {
      writer.asked += 1;
      return writer.reply();
    },
    clock: () => writer.now,
    timeToLiveMs: 120_000,
    staleAfterMs: 300_000,
  });
  const prices: unknown[] = [];
  summaries.watch((latest) => prices.push(latest?.summary.hours[2].price));
  return { writer, summaries, prices };
}

test('a summary is the one that the writer has, whatever its values are', async () => {
  const { writer, summaries, prices } = begin(EMPTY);
  assert.equal(await summaries.read(), undefined);
  assert.equal(summaries.isEmpty(), true);
  summaries.receive(numbered(2, 7));
  const latest = summaries.unexpired(writer.now);
  assert.deepEqual(latest?.summary, JSON.parse(numbered(2, 7).text));
  assert.equal(latest?.summary.hours[2].sentiment, 5);
  assert.equal(latest?.freshUntil, START + 300_000);
  assert.deepEqual(prices, [undefined, 7]);
});

test('a reply that a newer summary has overtaken is ignored', async () => {
  const late = Promise.withResolvers<NumberedSummary>();
  const { writer, summaries, prices } = begin(EMPTY);
  writer.reply = () => late.promise;
  const reading = summaries.read();
  summaries.receive(numbered(3, 30));
  late.resolve(numbered(2, 20));
  assert.equal((await reading)?.summary.hours[2].price, 30);
  summaries.receive(numbered(1, 10));
  assert.deepEqual(prices, [30]);
});

test('a worker that lacks the newest summary asks for it when it hears of it', async () => {
  const { writer, summaries, prices } = begin(numbered(1, 10));
  await summaries.read();
  writer.reply = async () => numbered(2, 20);
  summaries.confirm(1);
  await turn();
  assert.deepEqual(prices, [10]);
  summaries.confirm(2);
  await turn();
  assert.deepEqual(prices, [10, 20]);
  assert.equal(writer.asked, 2);
});

test('a worker asks again if the writer was silent, and keeps the old summary if that fails', async () => {
  const { writer, summaries } = begin(numbered(1, 10));
  const latest = await summaries.read();
  writer.now += 3000;
  assert.equal(summaries.unexpired(writer.now), undefined);
  assert.equal(await summaries.read(), latest, 'the same object, since nothing has changed');
  assert.equal(writer.asked, 2);
  writer.now += 3000;
  writer.reply = async () => {
    throw new StoreError('timeout', 'no reply');
  };
  assert.equal(await summaries.read(), latest);
  summaries.confirm(1);
  assert.equal(summaries.unexpired(writer.now), latest);
});

test('a writer that does not reply delays one reader, and no others for a while', async () => {
  const { writer, summaries } = begin(numbered(1, 10));
  const latest = await summaries.read();
  writer.now += 3000;
  const late = Promise.withResolvers<NumberedSummary>();
  writer.reply = () => late.promise;
  assert.equal(await summaries.read(), latest);
  // These would wait for ever if the time, which stands still, did not say that one has just waited.
  for (let count = 0; count < 1000; count += 1) assert.equal(await summaries.read(), latest);
  assert.equal(writer.asked, 2);
  writer.now += 600;
  const reading = summaries.read();
  late.resolve(numbered(2, 20));
  assert.equal((await reading)?.summary.hours[2].price, 20);
});
