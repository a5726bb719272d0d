import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { askedTime, history, NOW, naiveAnswer, START, Values } from '../../support/data/past.ts';
import { json } from '../../support/processes/service.ts';
import { STORES, startKept } from '../../support/stores/kept.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const EVER = { from: Date.UTC(2009, 0, 1), to: Date.UTC(2200, 0, 1) };
const STALE_AFTER = { STALE_AFTER: '90m' };
const STALE_AFTER_MS = 90 * 60_000;

/** Runs of a history; in each, a hundred times are asked about. `PAST_RUNS` sets their number. */
const numRuns = Number(process.env['PAST_RUNS'] ?? 20);

const isNear = (one: number | null, other: number | null) =>
  one === other ||
  (one !== null && other !== null && Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(other), 1e-3));

type Service = Awaited<ReturnType<typeof startKept>>;
const ask = (service: Service, at: number) =>
  service.get(`/is-bitcoin-lit?at=${encodeURIComponent(new Date(at).toISOString())}`);

async function assertAnswer(service: Service, values: Values, at: number): Promise<void> {
  const response = await ask(service, at);
  const body = await json(response);
  if (at > NOW) {
    assert.equal(response.status, 400);
    assert.match(body.detail, /^at must not be in the future: the time is now 2026-02-14T00:00:01\.234Z$/);
    return;
  }
  const expected = naiveAnswer(values, at, STALE_AFTER_MS);
  if (!expected) {
    const isEmpty = values.oldest() === Number.POSITIVE_INFINITY;
    assert.equal(response.status, isEmpty ? 503 : 404);
    const first = isEmpty ? '' : new Date(values.oldest()).toISOString().replace('.000Z', 'Z');
    assert.ok(
      body.detail.endsWith(isEmpty ? 'holds no samples' : `the first one is at ${first}`),
      body.detail,
    );
    return;
  }
  assert.equal(response.status, 200, body.detail);
  assert.deepEqual(
    [body.price_direction, body.sentiment_direction, body.is_lit, Date.parse(body.as_of), body.stale],
    [expected.price, expected.sentiment, expected.isLit, expected.asOf, expected.isStale],
  );
  for (const [index, hour] of expected.hours.entries()) {
    const seen = body.hourly_average_of_averages[index];
    assert.deepEqual(
      [Date.parse(seen.time), seen.price_samples, seen.sentiment_samples, seen.complete],
      [hour.start, hour.prices, hour.sentiments, hour.isComplete],
    );
    assert.ok(isNear(seen.price, hour.price) && isNear(seen.sentiment, hour.sentiment), JSON.stringify(seen));
  }
}

/** The verdicts of all hours with a sample, in pages and as spells. */
async function assertVerdicts(service: Service, values: Values): Promise<void> {
  const times = [...values.price.keys(), ...values.sentiment.keys()];
  const starts = [...new Set(times.map((time) => time - (time % HOUR)))].filter(
    (start) => start + HOUR <= NOW,
  );
  const expected = starts
    .sort((one, other) => one - other)
    .map((start) => ({ start, answer: naiveAnswer(values, start + HOUR - 1, STALE_AFTER_MS) }));
  // biome-ignore lint/suspicious/noExplicitAny: what is asserted on is not known before
  const verdicts: any[] = [];
  for (let from: string | null = 'oldest'; from !== null; ) {
    const body: Awaited<ReturnType<typeof json>> = await json(service.get(`/verdicts?from=${from}`));
    verdicts.push(...body.verdicts);
    from = body.next;
  }
  const word = (isLit: boolean | null | undefined) =>
    isLit === null || isLit === undefined ? 'unknown' : isLit ? 'lit' : 'not_lit';
  assert.deepEqual(
    verdicts.map((one) => [Date.parse(one.time), one.verdict, one.price_direction, one.sentiment_direction]),
    expected.map(({ start, answer }) => [start, word(answer?.isLit), answer?.price, answer?.sentiment]),
  );
  for (const [index, { answer }] of expected.entries()) {
    const last = answer?.hours[2];
    const one = verdicts[index];
    assert.ok(isNear(one.price, last?.price ?? null) && isNear(one.sentiment, last?.sentiment ?? null));
  }
}

for (const [store, options] of STORES) {
  test(`${store}: the answer at any time is what its raw samples give`, options, async (t) => {
    const service = await startKept(t, store, () => NOW, STALE_AFTER);
    const asked = fc.array(askedTime, { minLength: 100, maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(history, asked, async (steps, times) => {
        await service.forget(EVER);
        const values = new Values();
        for (const step of steps) {
          if (step.kind === 'keep') {
            await service.keep(step.samples);
            values.keep(step.samples);
          } else {
            await service.forget(step.range);
            values.forget(step.range);
          }
        }
        for (const at of times) await assertAnswer(service, values, at);
        await assertVerdicts(service, values);
      }),
      { numRuns },
    );
  });

  test(`${store}: samples later than a time change no answer at it`, options, async (t) => {
    const service = await startKept(t, store, () => NOW, STALE_AFTER);
    const bodyOf = async (response: Promise<Response>) => {
      const { instance, ...body } = await json(response);
      return body;
    };
    const bodyAt = (at: number) => bodyOf(ask(service, at));
    const samples = history.map((steps) =>
      steps.flatMap((step) => (step.kind === 'keep' ? step.samples : [])).filter(({ time }) => time >= START),
    );
    await fc.assert(
      fc.asyncProperty(samples, askedTime, async (all, at) => {
        await service.forget(EVER);
        await service.keep([{ time: START - 50 * HOUR, price: 1 }]);
        await service.keep(all.filter(({ time }) => time <= at));
        const before = await bodyAt(Math.min(at, NOW));
        const verdictsTo = `/verdicts?from=${new Date(START - 3 * DAY).toISOString()}&to=${new Date(at).toISOString()}`;
        const verdicts = await bodyOf(service.get(verdictsTo));
        await service.keep(all.filter(({ time }) => time > at));
        assert.deepEqual(await bodyAt(Math.min(at, NOW)), before);
        assert.deepEqual(await bodyOf(service.get(verdictsTo)), verdicts);
      }),
      { numRuns: numRuns * 2 },
    );
  });
}
