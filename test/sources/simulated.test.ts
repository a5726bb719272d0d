import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { admit } from '../../src/domain/admission.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { DAY } from '../../src/domain/time/bucket-width.ts';
import { sentimentAt } from '../../src/news/sentiment.ts';
import { headlinesBetween, sentimentsOf } from '../../src/simulation/headlines/sentiment.ts';
import { PRESENT, presenceOn } from '../../src/simulation/market/gaps.ts';
import { priceAt, pricesOf } from '../../src/simulation/market/prices.ts';
import { STEP_MS, STEPS_PER_DAY } from '../../src/simulation/market/steps.ts';
import { samplesOfDay } from '../../src/simulation/samples.ts';
import { EXCHANGE_GROUP } from '../../src/simulation/upstreams/exchanges.ts';
import { OUTLET_GROUP } from '../../src/simulation/upstreams/outlets.ts';
import { statusOf } from '../../src/simulation/upstreams/statuses.ts';
import { openSimulated } from '../../src/sources/simulated/source.ts';
import { seededRandom } from '../support/data/random.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 10);
const HOUR = 3_600_000;
const HALF_LIFE = 6 * HOUR;
const TODAY = Math.floor(NOW / DAY);

interface Pulling {
  now?: number;
  newest?: { price?: number; sentiment?: number };
  /** A client waits once so many parts were yielded. */
  awaitedAfter?: number;
  stored?: Map<number, Sample>;
  signal?: AbortSignal;
}

/** Pulls into a plain map, as a store that the first write wins in. Returns the parts. */
async function pull(source: ReturnType<typeof openSimulated>, options: Pulling = {}) {
  const { stored = new Map<number, Sample>(), now = NOW } = options;
  const parts: (readonly Sample[])[] = [];
  const pulled = source.pull({
    now,
    newest: options.newest ?? {},
    signal: options.signal ?? new AbortController().signal,
    isAwaited: () => parts.length >= (options.awaitedAfter ?? 0),
    async *samples({ from, to }) {
      yield [...stored.values()].filter(({ time }) => time >= from && time < to);
    },
  });
  for await (const { samples } of pulled) {
    parts.push(samples);
    for (const sample of samples) stored.set(sample.time, { ...sample, ...stored.get(sample.time) });
  }
  return parts;
}

const open = (interval = 0) => openSimulated({ interval, halfLife: HALF_LIFE });

test('a pull that a client waits for has the last 24 hours, and then only what has come since', async () => {
  const source = open(30_000);
  const [samples, ...others] = await pull(source);
  assert.deepEqual(others, []);
  assert.equal(samples?.length, 2880);
  assert.equal(samples?.at(-1)?.time, Date.UTC(2026, 0, 1, 12));
  assert.ok(samples?.every(({ price, sentiment }) => price !== undefined && sentiment !== undefined));
  const newest = { price: NOW - 60_000, sentiment: NOW - 60_000 };
  assert.deepEqual(await pull(source, { newest }), [samples?.slice(-2)]);
  assert.deepEqual(await pull(source, { newest: { price: NOW, sentiment: NOW } }), [[]]);
  const [again] = await pull(source, { newest: { price: NOW, sentiment: NOW - 60_000 } });
  assert.deepEqual(again, samples?.slice(-2), 'a price without its sentiment is pulled again');
});

test('the first pull of the schedule yields prices before the scorer is loaded', async () => {
  const [prices, whole, ...others] = await pull(open(), { awaitedAfter: 2 });
  assert.deepEqual(others, []);
  assert.equal(prices?.length, 2880);
  assert.ok(prices?.every(({ sentiment }) => sentiment === undefined));
  assert.deepEqual(
    whole?.map(({ time, price }) => ({ time, price })),
    prices,
  );
});

test('samples depend on nothing but the time, so that processes agree', async () => {
  const url = new URL('../../src/simulation/samples.ts', import.meta.url);
  const code = `const { samplesOfDay } = await import('${url}');
    console.log(JSON.stringify(await samplesOfDay(${TODAY - 9}, ${HALF_LIFE})));`;
  const elsewhere = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(elsewhere), await samplesOfDay(TODAY - 9, HALF_LIFE));
});

test('samples are valid', async () => {
  for (let day = TODAY - 300; day < TODAY; day += 60) {
    for (const sample of await samplesOfDay(day, HALF_LIFE)) {
      const { time, price, sentiment } = sample;
      assert.deepEqual(admit({ time, price, sentiment }, { now: NOW, timeUnit: 1 }), sample);
    }
  }
});

test('every version and machine has the same market', () => {
  const step = (TODAY - 9) * STEPS_PER_DAY;
  const prices = pricesOf(step, step + 100);
  assert.deepEqual(
    prices,
    prices.map((_, index) => priceAt((step + index) * STEP_MS)),
  );
  assert.deepEqual(prices.slice(0, 3), FIXED_PRICES);
});

/** Of 2025-12-23, at midnight UTC. */
const FIXED_PRICES = [59_327.1, 59_331.88, 59_328.22];

test('the sentiment of any step is that of the rule of the live source', async (t) => {
  const random = seededRandom(t)(0);
  const span = { first: (TODAY - 3) * STEPS_PER_DAY + 17, end: (TODAY - 2) * STEPS_PER_DAY - 5 };
  for (const halfLife of [HALF_LIFE, HOUR / 2]) {
    const values = await sentimentsOf(span.first, span.end, halfLife);
    assert.equal(values.length, span.end - span.first);
    const headlines = await headlinesBetween((TODAY - 7) * DAY, (TODAY + 1) * DAY);
    for (let one = 0; one < 300; one += 1) {
      const index = Math.floor(random() * values.length);
      const expected = sentimentAt(headlines, (span.first + index) * STEP_MS, halfLife)?.value ?? Number.NaN;
      assert.ok(Math.abs((values[index] ?? Number.NaN) - expected) < 1e-9, `step ${span.first + index}`);
    }
  }
});

test('the market has quiet and wild weeks, clustered volatility, drawdowns and bounds', () => {
  const hours = pricesOf((TODAY - 600) * STEPS_PER_DAY, TODAY * STEPS_PER_DAY).filter(
    (_, step) => step % 120 === 0,
  );
  assert.ok(Math.min(...hours) > 10_000 && Math.max(...hours) < 400_000);
  const moves = hours.slice(1).map((price, hour) => Math.log(price / (hours[hour] ?? price)));
  const rises = moves.filter((move) => move > 0).length / moves.length;
  assert.ok(rises > 0.45 && rises < 0.55, `${rises} of the hours rise`);
  const weeks = Array.from({ length: 85 }, (_, week) => {
    const part = moves.slice(week * 168, week * 168 + 168);
    return Math.sqrt(part.reduce((sum, move) => sum + move ** 2, 0) / part.length);
  }).toSorted((one, other) => one - other);
  assert.ok(
    (weeks[80] ?? 0) > 2.5 * (weeks[5] ?? 0),
    'wild weeks move more than twice as much as quiet ones',
  );
  const sizes = moves.map(Math.abs);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const covariance = (lag: number) =>
    sizes.slice(lag).reduce((sum, size, hour) => sum + (size - mean) * ((sizes[hour] ?? mean) - mean), 0);
  assert.ok(covariance(24) / covariance(0) > 0.1, 'a day after a wild hour is wild, too');
  let [peak, drawdown] = [0, 0];
  for (const price of hours) {
    peak = Math.max(peak, price);
    drawdown = Math.max(drawdown, 1 - price / peak);
  }
  assert.ok(drawdown > 0.2 && drawdown < 0.85, `the worst drawdown is ${drawdown}`);
});

test('past days have gaps of minutes and of hours, and hours without sentiment', () => {
  const days = Array.from({ length: 400 }, (_, index) => {
    const presence = presenceOn(TODAY - index);
    const count = (values: number) => presence.filter((present) => present === values).length;
    return { withoutPrice: count(0), withoutSentiment: count(PRESENT.price) };
  });
  const share = (isOne: (day: (typeof days)[number]) => boolean) => days.filter(isOne).length / days.length;
  assert.ok(share(({ withoutPrice }) => withoutPrice === 0) > 0.5);
  assert.ok(share(({ withoutPrice }) => withoutPrice > 0 && withoutPrice < 40) > 0.1);
  assert.ok(share(({ withoutPrice }) => withoutPrice > 120) > 0.02);
  const outages = share(({ withoutSentiment }) => withoutSentiment >= 80);
  assert.ok(outages > 0.02 && outages < 0.2, `${outages} of the days have an outage of the feeds`);
});

test('headlines follow the market, in both languages', async () => {
  const headlines = await headlinesBetween((TODAY - 60) * DAY, TODAY * DAY);
  const scored = headlines.filter(({ aboutMarket, score }) => aboutMarket && score !== undefined);
  const change = ({ published }: { published: number }) => priceAt(published) / priceAt(published - DAY) - 1;
  const mean = (list: typeof scored) => list.reduce((sum, { score = 0 }) => sum + score, 0) / list.length;
  assert.ok(mean(scored.filter((one) => change(one) > 0.02)) > 0.2, 'after a rise they are positive');
  assert.ok(mean(scored.filter((one) => change(one) < -0.02)) < -0.1, 'after a fall they are negative');
  const chinese = headlines.filter(({ title }) => /\p{Script=Han}/u.test(title)).length / headlines.length;
  assert.ok(chinese > 0.1 && chinese < 0.4, `${chinese} of them are Chinese`);
  assert.ok(headlines.every(({ title }) => !/[{}]|NaN|undefined/.test(title)));
  assert.ok(headlines.length > new Set(headlines.map(({ story }) => story)).size, 'some stories are copied');
});

test('exchanges and feeds fail, rest and recover: always some, and few', () => {
  const groups = [EXCHANGE_GROUP, OUTLET_GROUP];
  const seen = new Set<string>();
  for (let minute = 0; minute < 7 * 24 * 60; minute += 7) {
    const now = NOW + minute * 60_000;
    const statuses = groups.flatMap((group) =>
      Array.from({ length: group.size }, (_, index) => statusOf(group, index, now)),
    );
    const troubled = statuses.filter(({ state }) => state !== 'ok').length;
    assert.ok(troubled === 1 || troubled === 2, `${troubled} at ${new Date(now).toISOString()}`);
    for (const [index, { state, since, reason, lastSuccess = 0 }] of statuses.entries()) {
      seen.add(`${index < EXCHANGE_GROUP.size ? 'exchange' : 'feed'} ${state}`);
      assert.equal(reason === undefined, state === 'ok');
      assert.ok(since <= now && lastSuccess <= now);
      assert.ok(state === 'ok' ? lastSuccess >= since : lastSuccess < since);
    }
  }
  assert.equal(seen.size, 6);
});

test('the report has headlines with their reasons, and the sentiment that is stored', async () => {
  const source = open();
  const [samples] = await pull(source);
  const last = samples?.at(-1);
  const { price, sentiment } = await source.report(last?.time ?? 0);
  assert.equal(sentiment.value, last?.sentiment);
  assert.equal(sentiment.headlines.length, 50);
  assert.ok(sentiment.headlines.some(({ because }) => because.length > 0));
  assert.ok(sentiment.headlines.every(({ published }) => published <= NOW));
  for (const one of price) assert.ok(Math.abs((one.price ?? 0) / (last?.price ?? 1) - 1) < 0.2, one.name);
  const figuresAt = await source.figures(NOW);
  assert.equal(figuresAt(last?.time ?? 0, last?.sentiment ?? 0)?.count, sentiment.count);
  assert.equal(figuresAt(last?.time ?? 0, 0.123456), undefined);
});

test('older days follow, the newest first, until a client waits; what the store lacks is filled again', async () => {
  const stored = new Map<number, Sample>();
  const daysOf = (parts: readonly (readonly Sample[])[]) => {
    const days = parts.slice(2).map((part) => Math.floor((part[0]?.time ?? 0) / DAY));
    return [...new Set(days)];
  };
  const parts = await pull(open(3_600_000), { stored, awaitedAfter: 10 });
  assert.equal(parts.length, 10);
  assert.deepEqual(daysOf(parts), [TODAY - 1, TODAY - 2], 'the last 24 hours have all of today');
  assert.ok(parts.slice(2).every((part) => part.length <= 720));
  // As if the service had been killed while it stored a day.
  const cut = (TODAY - 1) * DAY + 5 * HOUR;
  for (const time of stored.keys()) if (time > cut && time < cut + HOUR) stored.delete(time);
  const newest = { price: NOW, sentiment: NOW };
  const again = await pull(open(3_600_000), { stored, newest, awaitedAfter: 10 });
  assert.deepEqual(daysOf(again), [TODAY - 1, TODAY - 3]);
  const expected = await samplesOfDay(TODAY - 1, HALF_LIFE);
  assert.ok(expected.every(({ time, price }) => stored.get(time)?.price === price));
});

test('a signal ends a pull at once', async () => {
  const stopping = new AbortController();
  const reason = new Error('stop');
  let parts = 0;
  await assert.rejects(async () => {
    const request = {
      now: NOW,
      newest: {},
      signal: stopping.signal,
      isAwaited: () => false,
      async *samples() {
        yield [];
      },
    };
    for await (const _ of open(3_600_000).pull(request)) {
      parts += 1;
      if (parts === 3) stopping.abort(reason);
    }
  }, reason);
  assert.equal(parts, 3);
});
