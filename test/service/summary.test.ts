import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { json, startTestService } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const START = Date.UTC(2026, 0, 1, 12);

async function started(t: TestContext, env: Record<string, string>) {
  let now = START;
  const folder = temporaryFolder(t);
  const upstream = await startUpstream(t, JSON.stringify([snapshot(START, 100)]));
  const service = await startTestService(
    t,
    { SENTICRYPT_URL: upstream.url, DATA_DIR: folder, ...env },
    () => now,
  );
  await service.post();
  const other = new DatabaseSync(join(folder, 'samples.sqlite'));
  t.after(() => other.close());
  return {
    upstream,
    service,
    other,
    set: (time: number) => {
      now = time;
    },
    price: async () => (await json(service.get())).hourly_average_of_averages[2].price,
  };
}

test('an answer is cached for CACHE_TTL, then read again, since others may write', async (t) => {
  const { other, set, price } = await started(t, { CACHE_TTL: '10s' });
  set(START + 9_999);
  const began = performance.now();
  other.exec(`INSERT INTO sample VALUES (${START + 1000}, 200, NULL)`);
  const before = await price();
  // The service checks the file for changes once a second.
  if (performance.now() - began < 900) assert.equal(before, 100);
  else t.diagnostic('the machine is too slow to see the cached answer');
  set(START + 10_000);
  assert.equal(await price(), 150);
});

test('a clock that is set back invalidates the cached answer', async (t) => {
  const { other, set, price } = await started(t, { CACHE_TTL: '10s' });
  other.exec(`INSERT INTO sample VALUES (${START - 1000}, 200, NULL)`);
  set(START - 1);
  const answered = await price();
  assert.equal(answered, 100);
});

test('with CACHE_TTL 0 every answer is read from the store', async (t) => {
  const { other, price } = await started(t, { CACHE_TTL: '0' });
  other.exec(`INSERT INTO sample VALUES (${START + 1000}, 200, NULL)`);
  assert.equal(await price(), 150);
});

test('a refresh renews the answer at once', async (t) => {
  const { upstream, service, price } = await started(t, { CACHE_TTL: '24h' });
  upstream.answer(JSON.stringify([snapshot(START + 1000, 300)]));
  await service.post();
  assert.equal(await price(), 200);
});

test('many readers at once cause one computation', async (t) => {
  const { service, set } = await started(t, { CACHE_TTL: '10s' });
  const before = service.events.filter(({ type }) => type === 'summary_read').length;
  set(START + 20_000);
  await Promise.all(Array.from({ length: 64 }, () => service.get()));
  assert.equal(service.events.filter(({ type }) => type === 'summary_read').length, before + 1);
});

test('a sample of another writer that is ahead of the clock is ignored', async (t) => {
  const { other, set, service } = await started(t, { CACHE_TTL: '10s' });
  other.exec(
    `INSERT INTO sample VALUES (${START + 1_800_000}, 900, NULL), (${Date.UTC(2286, 10, 20)}, 900, NULL)`,
  );
  set(START + 20_000);
  const answer = await json(service.get());
  assert.equal(answer.as_of, '2026-01-01T12:00:00Z');
  assert.equal(answer.hourly_average_of_averages[2].price, 100);
});

test('readers get the last answer in time while the store fails, and readiness reports it', async (t) => {
  const { other, set, service, price } = await started(t, { CACHE_TTL: '10s' });
  other.exec('ALTER TABLE sample RENAME TO gone');
  set(START + 20_000);
  assert.equal(await price(), 100);
  const ready = await json(service.get('/health/ready'));
  assert.equal(ready.status, 'degraded');
  assert.equal(ready.troubles[0].part, 'store');
  other.exec('ALTER TABLE gone RENAME TO sample');
  set(START + 40_000);
  assert.equal(await price(), 100);
  assert.deepEqual(await json(service.get('/health/ready')), { status: 'ok', troubles: [] });
});

test('readiness reports a failed refresh until one succeeds, even if reads succeed', async (t) => {
  const { upstream, other, service, price } = await started(t, { CACHE_TTL: '0' });
  other.exec("CREATE TRIGGER refuse BEFORE INSERT ON sample BEGIN SELECT raise(ABORT, 'refused'); END");
  upstream.answer(JSON.stringify([snapshot(START + 1000, 300)]));
  assert.equal((await service.post()).status, 503);
  assert.equal(await price(), 100);
  const { status, troubles } = await json(service.get('/health/ready'));
  assert.equal(status, 'degraded');
  assert.equal(troubles[0].part, 'refresh');
  other.exec('DROP TRIGGER refuse');
  assert.equal((await service.post()).status, 200);
  assert.equal(await price(), 200);
  assert.deepEqual(await json(service.get('/health/ready')), { status: 'ok', troubles: [] });
});
