import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { pythonPackages } from '../../scripts/redis/python-packages.ts';
import { freePort, launchRedis } from '../../scripts/redis/start.ts';
import { cli, finish, run, serve } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { needsRedis, plainClient, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Asserts that `serve` fails with exit code 78 and one line that says what is wrong and what to do. */
async function refuses(t: TestContext, env: Record<string, string>, message: RegExp): Promise<void> {
  const settings = { PORT: '0', REFRESH_INTERVAL: '0', LOG_LEVEL: 'error', ...env };
  const { code, output } = await finish(cli(t, ['serve'], settings));
  assert.equal(code, 78, output);
  assert.match(output, message);
  assert.match(output, /^is-bitcoin-lit: [^\n]+\n$/);
}

test('an invalid setting', (t) =>
  refuses(t, { PORT: 'http' }, /PORT must be a whole number from 0 to 65535/));

test('a port in use', async (t) => {
  const other: Server = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  await refuses(t, { PORT: String(port), DATA_DIR: temporaryFolder(t) }, /PORT \d+ is already in use/);
});

test('a METRICS_PORT in use, or equal to PORT', async (t) => {
  const other: Server = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const METRICS_PORT = String((other.address() as { port: number }).port);
  const taken = new RegExp(`METRICS_PORT ${METRICS_PORT} is already in use`);
  await refuses(t, { METRICS_PORT, DATA_DIR: temporaryFolder(t) }, taken);
  await refuses(t, { METRICS_PORT, PORT: METRICS_PORT }, /METRICS_PORT must differ from PORT/);
});

test('a HOST that is not of this machine', (t) =>
  refuses(t, { HOST: '192.0.2.1', DATA_DIR: temporaryFolder(t) }, /HOST is not an address of this machine/));

test('a DATA_DIR that cannot be written', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  await refuses(t, { DATA_DIR: join(file, 'data') }, /DATA_DIR cannot be used: .*not a directory/i);
  await refuses(t, { DATA_DIR: '/proc/is-bitcoin-lit' }, /DATA_DIR cannot be used: /);
});

test('a file that is not a database', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'samples.sqlite'), 'no database, but long enough to be looked at. '.repeat(50));
  await refuses(
    t,
    { DATA_DIR: folder },
    /DATA_DIR contains .*samples\.sqlite, which is not an SQLite database: move it away/,
  );
});

test('a database of another program', async (t) => {
  const folder = temporaryFolder(t);
  const database = new DatabaseSync(join(folder, 'samples.sqlite'));
  database.exec('CREATE TABLE sample (x); PRAGMA user_version = 1');
  database.close();
  await refuses(
    t,
    { DATA_DIR: folder },
    /DATA_DIR contains .*samples\.sqlite, a database of another program: move it away/,
  );
});

test('a lock file that is not a database', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(
    join(folder, 'samples.sqlite-serving'),
    'no database, but long enough to be looked at. '.repeat(50),
  );
  await refuses(
    t,
    { DATA_DIR: folder },
    /DATA_DIR contains .*samples\.sqlite.*, which is not an SQLite database/,
  );
});

test('a file of a newer version', async (t) => {
  const folder = temporaryFolder(t);
  const database = new DatabaseSync(join(folder, 'samples.sqlite'));
  database.exec('PRAGMA user_version = 99; PRAGMA application_id = 0x6c697421; CREATE TABLE x (y)');
  database.close();
  await refuses(t, { DATA_DIR: folder }, /DATA_DIR contains a file of a newer version/);
});

test('a second service on the same file, until the first one has ended in any way', async (t) => {
  const folder = temporaryFolder(t);
  const first = await serve(t, { DATA_DIR: folder });
  await refuses(t, { DATA_DIR: folder }, /DATA_DIR is in use by another service/);
  first.child.kill('SIGKILL');
  await first.ended;
  await serve(t, { DATA_DIR: folder });
});

test('a Redis without time series', needsRedis, async (t) => {
  await pythonPackages.prepare().catch((error) => t.skip(error.message));
  const port = await freePort();
  const { command, args, env = {} } = pythonPackages.command(port, temporaryFolder(t));
  const redis = run(t, command, args.slice(0, args.indexOf('--loadmodule')), { env });
  await redis.until(/Ready to accept connections/);
  const url = `redis://127.0.0.1:${port}`;
  await refuses(t, { REDIS_URL: url }, /REDIS_URL leads to a Redis without time series: run Redis 8/);
});

test('a wrong password, which is not shown', needsRedis, async (t) => {
  const redis = await launchRedis(undefined, ['--requirepass', 'right-one']);
  t.after(() => redis[Symbol.asyncDispose]());
  const { host } = new URL(redis.url);
  const message = /^(?!.*wrong-one).*REDIS_URL has a wrong or missing user name or password/;
  await refuses(t, { REDIS_URL: `redis://:wrong-one@${host}` }, message);
  await refuses(t, { REDIS_URL: redis.url }, message);
  await serve(t, { REDIS_URL: `redis://:right-one@${host}` });
});

test('keys of another type, or with a retention', needsRedis, async (t) => {
  const client = await plainClient(t);
  const { url, keyPrefix } = testRedis();
  const env = { REDIS_URL: url, KEY_PREFIX: keyPrefix };
  const key = `${keyPrefix}:price:mean:30s`;
  await client.set(key, 'text');
  await refuses(t, env, /KEY_PREFIX leads to ".*:price:mean:30s", which is not a time series/);
  await client.del(key);
  await client.ts.create(key, { DUPLICATE_POLICY: 'LAST' });
  await refuses(t, env, /whose duplicate policy is not FIRST: run TS\.ALTER .* DUPLICATE_POLICY first/);
  await client.del(key);
  await client.ts.create(key, { DUPLICATE_POLICY: 'FIRST', RETENTION: 86_400_000 });
  await refuses(t, env, /which deletes old samples: run TS\.ALTER .* RETENTION 0/);
});

test('without Redis, the service starts, is not ready, and recovers by itself', needsRedis, async (t) => {
  const port = await freePort();
  const env = { REDIS_URL: `redis://127.0.0.1:${port}`, SOURCE: 'simulated', REFRESH_INTERVAL: '100ms' };
  const service = await serve(t, env);
  assert.equal((await fetch(`${service.address}/health/live`)).status, 200);
  const unready = await fetch(`${service.address}/health/ready`);
  assert.equal(unready.status, 503);
  assert.match((await json(unready)).detail, /the store cannot be reached/);
  assert.equal((await fetch(`${service.address}/is-bitcoin-lit`)).status, 503);
  const redis = await launchRedis(port);
  t.after(() => redis[Symbol.asyncDispose]());
  await service.until(/Redis is back/);
  await service.until(/refresh works again/);
  assert.equal((await fetch(`${service.address}/is-bitcoin-lit`)).status, 200);
  assert.deepEqual(await json(fetch(`${service.address}/health/ready`)), { status: 'ok', troubles: [] });
  assert.equal(service.output().match(/Redis cannot be used/g)?.length, 1, 'logged once');
  assert.equal(service.output().match(/refresh fails/g)?.length, 1, 'logged once');
});

test('a Redis that accepts connections and never answers does not delay the start', async (t) => {
  const mute = createServer().listen(0, '127.0.0.1');
  await once(mute, 'listening');
  t.after(() => mute.close());
  const { port } = mute.address() as { port: number };
  const service = await serve(t, { REDIS_URL: `redis://127.0.0.1:${port}` });
  assert.equal((await fetch(`${service.address}/is-bitcoin-lit`)).status, 503);
});

test('warns about risky settings at the start', needsRedis, async (t) => {
  const redis = await launchRedis(undefined, ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
  t.after(() => redis[Symbol.asyncDispose]());
  const env = {
    HOST: '0.0.0.0',
    REDIS_URL: redis.url,
    STALE_AFTER: '1m',
    REFRESH_INTERVAL: '5m',
    SOURCE: 'simulated',
  };
  // Logged before the service listens; no request is sent to this address.
  const { output } = await serve(t, { ...env, HOST: '127.0.0.2' });
  assert.match(output(), /REFRESH_INTERVAL is longer than STALE_AFTER/);
  assert.match(output(), /Redis may evict samples: its maxmemory-policy is allkeys-lru/);
});
