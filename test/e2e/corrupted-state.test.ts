import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import pino from 'pino';
import Value from 'typebox/value';
import { AnswerSchema, answer } from '../../src/domain/answer.ts';
import { summarise } from '../../src/domain/summary.ts';
import { decodeAnswer } from '../../src/service/cached-answer.ts';
import { logEvents } from '../../src/telemetry/log.ts';
import { json, startTestService, type TestService } from '../support/processes/service.ts';
import { corrupt, corruption } from '../support/stores/corruption.ts';
import { needsRedis, plainClient, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { startLiveSources } from '../support/upstreams/live-sources.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

/**
 * The number of corruptions; three quarters of them are in the state of sources. `CORRUPTIONS=10000` is the full size.
 */
const RUNS = Number(process.env['CORRUPTIONS'] ?? 100);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const NOW = Date.UTC(2026, 0, 2, 12, 0, 20);
const PATHS = ['/sources', '/metrics', '/is-bitcoin-lit', '/v1/bitcoin.json', '/health/ready'];

async function assertNoneFails(service: TestService, what: () => string): Promise<void> {
  const answers = await Promise.all(PATHS.map((path) => service.get(path)));
  for (const [index, response] of answers.entries()) {
    const body = await response.text();
    assert.equal(response.status, 200, `${PATHS[index]} with ${what()}: ${body}`);
    assert.doesNotMatch(body, /9999-|\+\d{6}-/, `${PATHS[index]} with ${what()}`);
  }
}

/** The log lines about ignored data. */
function ignoredDataLines(service: TestService): string[] {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
  const observe = logEvents(log);
  for (const event of service.events) observe(event);
  return lines.filter((line) => /^ignored data in the store/.test(line));
}

function assertOneLineEach(service: TestService, kinds: readonly string[]): void {
  const expected = kinds.map(
    (kind) => `ignored data in the store that this version does not understand: ${kind}`,
  );
  assert.deepEqual(ignoredDataLines(service).toSorted(), expected.toSorted());
}

/** Changes the saved state of a source in a file, as another program would. */
function openMemory(t: TestContext, folder: string) {
  const database = new DatabaseSync(join(folder, 'samples.sqlite'), { timeout: 5000 });
  t.after(() => database.close());
  const remember = database.prepare('INSERT OR REPLACE INTO document (name, text) VALUES (?, ?)');
  const keep = database.prepare('INSERT OR REPLACE INTO headline (key, text) VALUES (?, ?)');
  const rows = (query: string) =>
    database
      .prepare(query)
      .all()
      .map((row) => [String(row['name']), String(row['text'])] as const);
  return {
    documents: () => rows("SELECT name, text FROM document WHERE name <> 'headlines' ORDER BY name"),
    headlines: () => rows('SELECT key AS name, text FROM headline ORDER BY key'),
    setDocument: (name: string, text: string) => void remember.run(name, text),
    setHeadline(key: string, text: string) {
      keep.run(key, text);
      remember.run('headlines', randomUUID());
    },
  };
}

interface Remembering {
  readonly service: TestService;
  readonly memory: ReturnType<typeof openMemory>;
  /** Moves the clock further than a report is shared. */
  pass(): void;
}

async function assertSurvives(t: TestContext, runs: number, { service, memory, pass }: Remembering) {
  const documents = memory.documents();
  const headlines = memory.headlines();
  t.diagnostic(`SEED=${SEED}, ${documents.length} documents, ${headlines.length} headlines`);
  await assertNoneFails(service, () => 'what it remembers itself');
  assert.deepEqual(ignoredDataLines(service), [], 'what is right is used');
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), corruption, async (which, how) => {
      const isHeadline = headlines.length > 0 && which % 3 === 0;
      const [list, set] = isHeadline
        ? ([headlines, memory.setHeadline] as const)
        : ([documents, memory.setDocument] as const);
      const [name, text] = list[Math.floor(which / 3) % list.length] ?? ['', ''];
      const wrong = corrupt(text, how);
      set(name, wrong);
      pass();
      await assertNoneFails(service, () => `${name}: ${wrong.slice(0, 500)}`);
      count += 1;
      if (count % 100 === 0)
        assert.equal((await service.post()).status, 200, `a refresh with ${name}: ${wrong}`);
      set(name, text);
    }),
    { numRuns: runs, seed: SEED, endOnFailure: true },
  );
}

test('corrupted state of exchanges, feeds, headlines and the index: answers continue, with one line each', async (t) => {
  let now = NOW;
  const outside = await startLiveSources(t, { clock: () => now });
  const folder = temporaryFolder(t);
  const service = await startTestService(t, { ...outside.environment, DATA_DIR: folder }, () => now);
  assert.equal((await service.post()).status, 200);
  const memory = openMemory(t, folder);
  // The index is requested in the background.
  for (let wait = 0; wait < 100 && memory.documents().length < 4; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(memory.documents().length, 4);
  const pass = () => {
    now += 1000;
  };
  await assertSurvives(t, Math.round(RUNS * 0.75), { service, memory, pass });
  const kinds = [
    'state of the exchanges',
    'state of the feeds',
    'state of the Fear & Greed index',
    'headlines',
  ];
  const reported = ignoredDataLines(service).some((line) => line.includes('installation'));
  assertOneLineEach(service, reported ? [...kinds, 'id of the installation'] : kinds);
});

test('corrupted state of a single source: answers continue, with one line', async (t) => {
  let now = NOW;
  const upstream = await startUpstream(t, JSON.stringify([snapshot(NOW, 100), snapshot(NOW - 1000, 90)]));
  const folder = temporaryFolder(t);
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url, DATA_DIR: folder }, () => now);
  assert.equal((await service.post()).status, 200);
  const memory = openMemory(t, folder);
  for (let wait = 0; wait < 100 && memory.documents().length < 1; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const pass = () => {
    now += 1000;
  };
  await assertSurvives(t, Math.round(RUNS * 0.15), { service, memory, pass });
  assertOneLineEach(service, ['state of the source']);
});

test('a corrupted cache key at the start: the correct answer, and one line', needsRedis, async (t) => {
  const upstream = await startUpstream(t, JSON.stringify([snapshot(NOW, 100), snapshot(NOW - 1000, 90)]));
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t);
  const env = { SENTICRYPT_URL: upstream.url, REDIS_URL: url, KEY_PREFIX: keyPrefix };
  const first = await startTestService(t, env, () => NOW);
  await first.post();
  const right = await json(first.get());
  await first.stop();
  const text = String(await client.get(`${keyPrefix}:cache`));
  t.diagnostic(`SEED=${SEED}`);

  let reported = 0;
  const isRight = (wrong: string) => decodeAnswer(wrong, 'senticrypt', NOW + 60_000) !== undefined;
  await fc.assert(
    fc.asyncProperty(corruption, async (how) => {
      const wrong = corrupt(text, how);
      await client.set(`${keyPrefix}:cache`, wrong, { expiration: { type: 'PX', value: 60_000 } });
      const service = await startTestService(t, env, () => NOW);
      // On a busy machine, the first read of Redis may be late, which is logged.
      for (let tries = 0; tries < 10; tries += 1) {
        if ((await json(service.get())).code !== 'store_timeout') break;
      }
      await assertNoneFails(service, () => wrong.slice(0, 500));
      if (!isRight(wrong)) {
        assert.deepEqual(await json(service.get()), right);
        // On a busy machine, the key may not be read in time; then it is not used either.
        const isMissed = service.events.some(({ type }) => type === 'cache_failed');
        assertOneLineEach(service, wrong === '' || isMissed ? [] : ['cached answer']);
        if (!isMissed) reported += 1;
      }
      await service.stop();
    }),
    { numRuns: Math.round(RUNS * 0.1), seed: SEED, endOnFailure: true },
  );
  assert.ok(reported > 0, 'some were read in time');

  fc.assert(
    fc.property(corruption, (how) => {
      const decoded = decodeAnswer(corrupt(text, how), 'senticrypt', NOW + 60_000);
      if (!decoded) return;
      const made = answer(summarise(decoded), { stale: false, source: 'senticrypt' });
      assert.ok(Value.Check(AnswerSchema, JSON.parse(JSON.stringify(made))));
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
});

test(
  'keys of another type and foreign messages: answers continue, with one warning each',
  needsRedis,
  async (t) => {
    let now = NOW;
    const outside = await startLiveSources(t, { clock: () => now });
    const { url, keyPrefix } = testRedis();
    const client = await plainClient(t);
    const env = { ...outside.environment, REDIS_URL: url, KEY_PREFIX: keyPrefix };
    const service = await startTestService(t, env, () => now);
    assert.equal((await service.post()).status, 200);
    await assertNoneFails(service, () => 'what it remembers itself');
    for (const key of ['memory', 'headlines']) {
      await client.del(`${keyPrefix}:${key}`);
      await client.set(`${keyPrefix}:${key}`, 'no hash');
    }
    for (let round = 0; round < 3; round += 1) {
      now += 1000;
      await client.publish(`${keyPrefix}:updates`, 'changed');
      await assertNoneFails(service, () => 'keys of another type');
    }
    const warnings = service.events.flatMap((event) => (event.type === 'warning' ? [event.text] : []));
    assert.deepEqual(warnings.toSorted(), [
      `a message on the Redis channel ${keyPrefix}:updates is not ours, and is ignored`,
      `the Redis key ${keyPrefix}:headlines is not a hash, and is not used: delete it`,
      `the Redis key ${keyPrefix}:memory is not a hash, and is not used: delete it`,
    ]);
    await client.publish(`${keyPrefix}:updates`, randomUUID());
    for (let wait = 0; wait < 100; wait += 1) {
      if (service.events.some(({ type }) => type === 'changed_elsewhere')) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail('a message of another process is heard');
  },
);
