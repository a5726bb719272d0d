import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAboutMarket } from '../../src/sources/live/sentiment/market.ts';
import { score } from '../../src/sources/live/sentiment/score.ts';
import { eventually } from '../support/eventually.ts';
import { calmMarket } from '../support/exchanges.ts';
import { areWhole, type Hour } from '../support/hours.ts';
import { newsBefore, startOutside } from '../support/live.ts';
import { npmStart } from '../support/process.ts';
import { json } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary.ts';

const read = (address: string, path = '/is-bitcoin-lit') => json(fetch(`${address}${path}`));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FEEDS = [0, 1, 2, 3];

/** The mean of scores weighted by age, by arrays and loops; `undefined` with too few. */
function sentimentOf(time: number): number | undefined {
  const news = FEEDS.flatMap((feed) => newsBefore(time, feed));
  const counted = news.flatMap(({ title, date }) => {
    const age = time - Number(date);
    const { score: points } = score(String(title));
    if (points === undefined || !isAboutMarket(String(title)) || age < 10 * MINUTE || age > 48 * HOUR)
      return [];
    return [{ points, weight: 0.5 ** (age / (6 * HOUR)) }];
  });
  const weights = counted.reduce((sum, { weight }) => sum + weight, 0);
  const sum = counted.reduce((total, { points, weight }) => total + points * weight, 0);
  return counted.length < 5 ? undefined : sum / weights;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The hours' averages are those of the market and of the headlines at the times that are kept. */
function assertValues(hours: readonly Hour[], times: readonly number[]): void {
  for (const { time, price, sentiment, price_samples: prices, sentiment_samples: sentiments } of hours) {
    const start = Date.parse(time);
    const kept = times.filter((one) => one >= start && one < start + HOUR);
    assert.deepEqual([prices, sentiments], [kept.length, kept.length], time);
    // A tick has the price of the moment that it is asked in, some tenths of a second later; a minute has its close.
    const closes = kept.map((one) => Number(calmMarket(one).toFixed(2)));
    const isFilled = kept.every((one) => one % MINUTE === MINUTE - 1);
    assert.ok(
      Math.abs(price - mean(closes)) < (isFilled ? 1e-6 : 1),
      `${time}: ${price} is not ${mean(closes)}`,
    );
    const expected = mean(kept.map((one) => sentimentOf(one) ?? Number.NaN));
    assert.ok(Math.abs(sentiment - expected) < 1e-9, `${time}: ${sentiment} is not ${expected}`);
  }
}

test('npm start answers three whole hours within ten seconds, then adds a sample at each tick', async (t) => {
  const { environment } = await startOutside(t);
  const began = Date.now();
  const env = { ...environment, DATA_DIR: temporaryFolder(t), REFRESH_INTERVAL: '2s' };
  const { address, output } = await npmStart(t, env);
  const readTimes = async () => {
    const day: { timestamp: number }[] = await read(address, '/v1/bitcoin.json');
    return day.map(({ timestamp }) => Math.trunc(timestamp * 1000));
  };
  await eventually('there are three hours', async () =>
    areWhole((await read(address)).hourly_average_of_averages, Date.now()),
  );
  const took = Date.now() - began;
  assert.ok(took < 10_000, `it took ${took} ms`);

  let ticks: number[] = [];
  await eventually('four ticks in a row brought both values', async () => {
    ticks = (await readTimes()).filter((time) => time >= began && time % MINUTE !== MINUTE - 1);
    const last = ticks.slice(-4);
    return last.length === 4 && last.every((time, index) => time === (last[0] ?? 0) + index * 2000);
  });
  assert.deepEqual(
    ticks.filter((time) => time % 2000 !== 0),
    [],
    'samples are at whole multiples of the interval',
  );
  await eventually('the hours are those of the times', async () => {
    const [before, times] = [await read(address), await readTimes()];
    // No tick came in between.
    if (before.as_of !== (await read(address)).as_of) return false;
    const hours: Hour[] = before.hourly_average_of_averages;
    assert.equal(hours.length, 3);
    assertValues(hours, times);
    const { stale, as_of: newest, price_direction: price, sentiment_direction: sentiment } = before;
    const way = (values: number[]) => ((values[2] ?? 0) > (values[0] ?? 0) ? 'rising' : 'falling');
    assert.deepEqual(
      [stale, Date.parse(newest), price, sentiment],
      [false, times.at(-1), way(hours.map((hour) => hour.price)), way(hours.map((hour) => hour.sentiment))],
    );
    return true;
  });
  assert.doesNotMatch(output(), /there is no|fails/);
});
