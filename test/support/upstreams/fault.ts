import assert from 'node:assert/strict';
import { type TestContext, type TestOptions, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Pass, post, startPoster } from '../clients/poster.ts';
import { type Sight, startReader } from '../clients/reader.ts';
import { busyness } from '../processes/busyness.ts';
import { type Running, serve } from '../processes/process.ts';
import { feedOfSenticrypt, liveOutside, type World } from './world.ts';

/** Where a fault happens: what the service's store is. */
export interface Stage {
  /** The settings that lead the service to it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Fault<S extends Stage> {
  readonly name: string;
  readonly on: (t: TestContext) => Promise<S>;
  readonly inflict: (stage: S) => unknown;
  readonly end: (stage: S) => unknown;
  /** Milliseconds; more than `STALE_AFTER`, so that it is seen whether age is told. */
  readonly lasts?: number;
  /**
   * When it comes. By default readers and refreshes are at work, and there is an answer; `idle`: nobody asks
   * for anything, until the log has told of it.
   */
  readonly comes?: 'before the service starts' | 'before the first answer' | 'while idle' | 'under load';
  readonly options?: TestOptions;
  readonly expected: {
    /** What refreshes answer meanwhile, as `200` or `503 store_timeout`; or that they wait for its end. */
    readonly refresh: RegExp | 'waits';
    /** What is logged of it, by the time that it is over. */
    readonly log?: RegExp;
    /** The store has less after it than before. */
    readonly goesBack?: boolean;
    /** The store is empty until a refresh fills it, and reads are 503 for as long. */
    readonly empties?: boolean;
  };
}

const SETTINGS = { CACHE_TTL: '50ms', RATE_LIMIT: '0' };

/** No read takes longer on a machine that does nothing else. Milliseconds. */
const SLOWEST_READ = 1000;
/** A fault is over within this after its cause. Milliseconds. */
const RECOVERY = 3000;

/** No refresh is without an answer for longer, but where it waits for a lock. Milliseconds. */
const SLOWEST_REFRESH = 7000;

async function assertReads(sight: Sight, statuses: readonly number[], when: string): Promise<void> {
  const seen = Object.keys(sight.statuses).map(Number);
  assert.deepEqual(sight.complaints.slice(0, 3), [], when);
  assert.ok(seen.length > 0, `reads were answered ${when}`);
  assert.deepEqual(
    seen.filter((status) => !statuses.includes(status)),
    [],
    `statuses of reads ${when}`,
  );
  const bound = SLOWEST_READ * (await busyness());
  assert.ok(sight.slowest < bound, `the slowest read ${when} took ${Math.round(sight.slowest)} ms`);
}

function assertRefusal({ outcome, type, detail, began, ended }: Pass): void {
  if (outcome === '200') return;
  assert.match(outcome, /^503 store_/);
  assert.match(type, /^application\/problem\+json/);
  assert.ok(detail, 'it says what it could not do');
  assert.ok(ended - began < SLOWEST_REFRESH, `a refresh was refused after ${ended - began} ms`);
}

/** A refresh succeeds, and a read shows what it brought. */
async function assertRecovery(address: string, service: Running): Promise<void> {
  const until = Date.now() + RECOVERY;
  const inTime = (what: string) => assert.ok(Date.now() < until, `${what}\n${service.output()}`);
  let last = await post(address);
  while (last.outcome !== '200') {
    inTime(`no refresh succeeded in time: ${last.outcome} ${last.detail}`);
    await sleep(50);
    last = await post(address);
  }
  for (;;) {
    const { as_of } = (await (await fetch(`${address}/is-bitcoin-lit`)).json()) as { as_of: string };
    inTime(`new data was not read in time: ${as_of}`);
    if (Date.parse(as_of) >= last.asOf) break;
    await sleep(20);
  }
}

function assertRefreshes(passes: readonly Pass[], expected: RegExp | 'waits'): void {
  const isWaiting = expected === 'waits';
  assert.equal(passes.length === 0, isWaiting, 'whether refreshes are answered meanwhile');
  for (const { outcome } of passes) assert.match(outcome, isWaiting ? /^never/ : expected);
}

async function readiness(address: string): Promise<string> {
  const response = await fetch(`${address}/health/ready`);
  return ((await response.json()) as { status: string | number }).status.toString();
}

async function suffer<S extends Stage>(
  t: TestContext,
  one: Fault<S>,
  startWorld: (t: TestContext) => Promise<World>,
): Promise<void> {
  const { on, inflict, end, comes = 'under load', expected } = one;
  const hasAnswer = comes === 'while idle' || comes === 'under load';
  const stage = await on(t);
  const { environment, staleAfter, tick, judge } = await startWorld(t);
  const lasts = Math.max(one.lasts ?? 0, 1.5 * staleAfter);
  if (comes === 'before the service starts') await inflict(stage);
  const settings = { ...SETTINGS, STALE_AFTER: `${staleAfter}ms` };
  const service = await serve(t, { ...settings, ...environment, ...stage.env });
  const { address } = service;
  if (hasAnswer) assert.equal((await post(address)).outcome, '200');

  if (comes === 'before the first answer') await inflict(stage);
  if (comes === 'while idle') {
    await inflict(stage);
    if (expected.log) await service.until(expected.log);
  }
  const mayGoBack = expected.goesBack ?? false;
  const reads = expected.empties ? [200, 503] : [200];
  const reader = startReader({ address, staleAfter, judge, mayGoBack });
  const poster = startPoster(address);
  const stop = () => Promise.all([reader.stop(), poster.stop()]);
  t.after(() => stop().catch(() => 'the service is gone'));
  if (comes === 'under load') {
    await sleep(300);
    await assertReads(reader.look(), [200], 'before');
    await inflict(stage);
  }
  const inflicted = Date.now();
  await sleep(lasts);

  const during = reader.look();
  // Within the tick that is kept there is nothing to write, and nothing fails.
  const passes = poster.passes.filter(({ began }) => began >= inflicted + tick);
  await assertReads(during, hasAnswer ? reads : [503], 'meanwhile');
  assertRefreshes(passes, expected.refresh);
  if (expected.refresh !== 'waits' && !expected.refresh.test('200')) {
    assert.equal(await readiness(address), hasAnswer ? 'degraded' : '503');
    if (hasAnswer) assert.ok(during.stale > 0, 'the age of the last answer is told');
  }

  await end(stage);
  await assertRecovery(address, service);
  await sleep(200);
  await stop();
  await assertReads(reader.look(), hasAnswer ? reads : [200, 503], 'after');
  for (const pass of poster.passes) assertRefusal(pass);
  assert.equal(await readiness(address), 'ok');
  if (expected.log) assert.match(service.output(), expected.log);
  assert.equal(service.child.exitCode ?? service.child.signalCode, null, 'the service lives');
}

/**
 * Inflicts a fault on the store of a real service, under readers and refreshes, and holds it against what is promised:
 * with a feed of SentiCrypt's form, and with exchanges and news.
 */
export function fault<S extends Stage>(one: Fault<S>): void {
  test(one.name, one.options ?? {}, (t) => suffer(t, one, feedOfSenticrypt));
  test(`${one.name} (live)`, one.options ?? {}, (t) => suffer(t, one, liveOutside));
}
