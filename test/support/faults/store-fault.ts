import assert from 'node:assert/strict';
import { type TestContext, type TestOptions, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReaderSnapshot, startReader } from '../clients/reader.ts';
import { postRefresh, type RefreshResult, startRefreshing } from '../clients/refresh-client.ts';
import { assertTook } from '../processes/cpu-slowdown.ts';
import { type Running, serve } from '../processes/process.ts';
import { type FaultTestSources, startFaultTestLiveSources, startSenticryptFeed } from './sources.ts';

/** The store in which a fault happens. */
export interface StoreSetup {
  /** The settings of a service that uses it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface StoreFault<S extends StoreSetup> {
  readonly name: string;
  readonly setUp: (t: TestContext) => Promise<S>;
  readonly inflict: (stage: S) => unknown;
  readonly remove: (stage: S) => unknown;
  /** At least 1.5 times `STALE_AFTER`, so that answers become stale. */
  readonly durationMs?: number;
  /**
   * When it happens. By default, under readers and refreshes, once there is an answer. `while idle`: without any
   * requests until it is in the log.
   */
  readonly timing?: 'before the service starts' | 'before the first answer' | 'while idle' | 'under load';
  readonly options?: TestOptions;
  readonly expected: {
    /** The outcome of refreshes meanwhile, such as `200` or `503 store_timeout`; or that they wait for its end. */
    readonly refresh: RegExp | 'waits';
    /** What is logged before it is over. */
    readonly log?: RegExp;
    /** Whether the store may lose samples. */
    readonly losesSamples?: boolean;
    /** Whether the store is empty until a refresh fills it, so that reads may return 503. */
    readonly emptiesStore?: boolean;
  };
}

const SETTINGS = { CACHE_TTL: '50ms', RATE_LIMIT: '0' };

/** On an otherwise idle machine. */
const MAX_READ_MS = 1000;
/** From the removal of the fault's cause to the first successful refresh and read. */
const MAX_RECOVERY_MS = 3000;

/** Applies to refused refreshes; others may wait for a lock. */
const MAX_REFRESH_MS = 7000;

async function assertReads(
  observed: ReaderSnapshot,
  statuses: readonly number[],
  when: string,
): Promise<void> {
  const seen = Object.keys(observed.statuses).map(Number);
  assert.deepEqual(observed.violations.slice(0, 3), [], when);
  assert.ok(seen.length > 0, `there were responses ${when}`);
  assert.deepEqual(
    seen.filter((status) => !statuses.includes(status)),
    [],
    `statuses of reads ${when}`,
  );
  await assertTook(observed.slowestMs, MAX_READ_MS, `the slowest read ${when}`);
}

function assertRefusal({ outcome, contentType, detail, startedAt, endedAt }: RefreshResult): void {
  if (outcome === '200') return;
  assert.match(outcome, /^503 store_/);
  assert.match(contentType, /^application\/problem\+json/);
  assert.ok(detail, 'the problem has a detail');
  assert.ok(endedAt - startedAt < MAX_REFRESH_MS, `a refresh was refused after ${endedAt - startedAt} ms`);
}

/** Asserts that a refresh succeeds, and that a read returns its samples. */
async function assertRecovery(address: string, service: Running): Promise<void> {
  const deadline = Date.now() + MAX_RECOVERY_MS;
  const assertInTime = (what: string) => assert.ok(Date.now() < deadline, `${what}\n${service.output()}`);
  let last = await postRefresh(address);
  while (last.outcome !== '200') {
    assertInTime(`no refresh succeeded in time: ${last.outcome} ${last.detail}`);
    await sleep(50);
    last = await postRefresh(address);
  }
  for (;;) {
    const { as_of } = (await (await fetch(`${address}/is-bitcoin-lit`)).json()) as { as_of: string };
    assertInTime(`no read returned the new sample in time: ${as_of}`);
    if (Date.parse(as_of) >= last.asOf) break;
    await sleep(20);
  }
}

function assertRefreshes(results: readonly RefreshResult[], expected: RegExp | 'waits'): void {
  const areWaiting = expected === 'waits';
  assert.equal(results.length === 0, areWaiting, 'whether refreshes wait meanwhile');
  for (const { outcome } of results) assert.match(outcome, areWaiting ? /^never/ : expected);
}

async function readiness(address: string): Promise<string> {
  const response = await fetch(`${address}/health/ready`);
  return ((await response.json()) as { status: string | number }).status.toString();
}

async function runFaultTest<S extends StoreSetup>(
  t: TestContext,
  one: StoreFault<S>,
  startSources: (t: TestContext) => Promise<FaultTestSources>,
): Promise<void> {
  const { setUp, inflict, remove, timing = 'under load', expected } = one;
  const isAnswered = timing === 'while idle' || timing === 'under load';
  const store = await setUp(t);
  const { environment, staleAfterMs, tickMs, findMistake } = await startSources(t);
  const durationMs = Math.max(one.durationMs ?? 0, 1.5 * staleAfterMs);
  if (timing === 'before the service starts') await inflict(store);
  const settings = { ...SETTINGS, STALE_AFTER: `${staleAfterMs}ms` };
  const service = await serve(t, { ...settings, ...environment, ...store.env });
  const { address } = service;
  if (isAnswered) assert.equal((await postRefresh(address)).outcome, '200');

  if (timing === 'before the first answer') await inflict(store);
  if (timing === 'while idle') {
    await inflict(store);
    if (expected.log) await service.until(expected.log);
  }
  const mayReturnOlderAnswers = expected.losesSamples ?? false;
  const readStatuses = expected.emptiesStore ? [200, 503] : [200];
  const reader = startReader({ address, staleAfterMs, findMistake, mayReturnOlderAnswers });
  const refreshes = startRefreshing(address);
  const stop = () => Promise.all([reader.stop(), refreshes.stop()]);
  t.after(() => stop().catch(() => undefined));
  if (timing === 'under load') {
    await sleep(300);
    await assertReads(reader.takeSnapshot(), [200], 'before');
    await inflict(store);
  }
  const inflictedAt = Date.now();
  await sleep(durationMs);

  const during = reader.takeSnapshot();
  // Within the last stored tick, a refresh has nothing to write and cannot fail.
  const results = refreshes.results.filter(({ startedAt }) => startedAt >= inflictedAt + tickMs);
  await assertReads(during, isAnswered ? readStatuses : [503], 'meanwhile');
  assertRefreshes(results, expected.refresh);
  if (expected.refresh !== 'waits' && !expected.refresh.test('200')) {
    assert.equal(await readiness(address), isAnswered ? 'degraded' : '503');
    if (isAnswered) assert.ok(during.staleCount > 0, 'the last answer is marked stale');
  }

  await remove(store);
  await assertRecovery(address, service);
  await sleep(200);
  await stop();
  await assertReads(reader.takeSnapshot(), isAnswered ? readStatuses : [200, 503], 'after');
  for (const pass of refreshes.results) assertRefusal(pass);
  assert.equal(await readiness(address), 'ok');
  if (expected.log) assert.match(service.output(), expected.log);
  assert.equal(service.child.exitCode ?? service.child.signalCode, null, 'the service is still running');
}

/**
 * Defines tests that inflict a fault on the store of a service under readers and refreshes, and check the expected
 * behaviour: one with a SentiCrypt feed, and one with the live source.
 */
export function testStoreFault<S extends StoreSetup>(one: StoreFault<S>): void {
  test(one.name, one.options ?? {}, (t) => runFaultTest(t, one, startSenticryptFeed));
  test(`${one.name} (live)`, one.options ?? {}, (t) => runFaultTest(t, one, startFaultTestLiveSources));
}
