import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { pythonPackages } from '../../scripts/redis/python-packages.ts';
import { freePort, launchRedis } from '../../scripts/redis/start.ts';
import { diagnoseRedis } from '../../src/stores/redis/diagnosis/diagnose.ts';
import { diagnose } from '../support/processes/doctor.ts';
import { cli, finish, run, serve } from '../support/processes/process.ts';
import { PROGRAM } from '../support/processes/program.ts';
import { leastRights } from '../support/stores/least-rights.ts';
import { needsRedis, plainClient, redisAddress, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { certificateFor } from '../support/upstreams/certificate.ts';

/** Needs no network, so only the test causes failures. */
const SIMULATED = { SOURCE: 'simulated' };

/** The content of all files in a folder, except the log's index, where SQLite records readers. */
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    globSync('**/*', { cwd: folder })
      .filter((name) => !name.endsWith('-shm'))
      .toSorted()
      .map((name) => [name, hash('sha256', readFileSync(join(folder, name)))]),
  );

test('a store that does not exist yet is OK, and is not created', async (t) => {
  const folder = temporaryFolder(t);
  const { code, row } = await diagnose(t, { ...SIMULATED, DATA_DIR: join(folder, 'a', 'b') });
  assert.equal(code, 0);
  assert.match(row('database'), /^ok: .*simulated\.sqlite will be created by the first start$/);
  assert.match(row('permissions'), /^ok: .* can be written; DATA_DIR will be created$/);
  assert.match(row('free space'), /^(ok|warning): [\d,]+ MiB free at /);
  assert.equal(existsSync(join(folder, 'a')), false);
});

test('runs beside the service, without its port or lock', async (t) => {
  const settings = { ...SIMULATED, DATA_DIR: temporaryFolder(t), PORT: String(await freePort()) };
  await serve(t, settings);
  const { code, row } = await diagnose(t, settings);
  assert.equal(code, 0);
  assert.match(row('database'), /^ok: .*: version \d+; (newest sample \d{4}-|no samples yet)/);
});

test('changes nothing in the store, even after a kill', async (t) => {
  const settings = { ...SIMULATED, DATA_DIR: temporaryFolder(t), PORT: '0' };
  assert.equal((await finish(cli(t, ['refresh'], settings))).code, 0);
  const service = await serve(t, settings);
  service.child.kill('SIGKILL');
  await service.ended;
  const before = contents(settings.DATA_DIR);
  // As after a kill and a copy: a write-ahead log without its index.
  const copy = temporaryFolder(t);
  for (const name of ['simulated.sqlite', 'simulated.sqlite-wal'])
    if (existsSync(join(settings.DATA_DIR, name)))
      writeFileSync(join(copy, name), readFileSync(join(settings.DATA_DIR, name)));
  writeFileSync(join(copy, 'simulated.sqlite-wal'), '');
  const ofCopy = contents(copy);
  assert.equal((await diagnose(t, settings)).code, 0);
  assert.equal((await diagnose(t, { ...settings, DATA_DIR: copy })).code, 0);
  assert.deepEqual(contents(settings.DATA_DIR), before);
  assert.deepEqual(contents(copy), ofCopy);
  assert.equal(existsSync(join(copy, 'simulated.sqlite-shm')), false);
});

test('reports what is wrong with the file', async (t) => {
  const newer = temporaryFolder(t);
  assert.equal((await finish(cli(t, ['refresh'], { ...SIMULATED, DATA_DIR: newer, PORT: '0' }))).code, 0);
  const database = new DatabaseSync(join(newer, 'simulated.sqlite'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  const other = temporaryFolder(t);
  writeFileSync(
    join(other, 'simulated.sqlite'),
    'not a database at all, but long enough to look at. '.repeat(40),
  );
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  for (const [DATA_DIR, name, expected] of [
    [newer, 'database', /^failed: .*newer version/],
    [other, 'database', /^failed: .*not an? SQLite database/],
    // It has no free space, and accepts no files.
    ['/proc/is-bitcoin-lit', 'free space', /^failed: 0 MiB free at \/proc/],
    [join(file, 'data'), 'permissions', /^failed: .* is not a folder/],
  ] as const) {
    const { code, row } = await diagnose(t, { ...SIMULATED, DATA_DIR });
    assert.match(row(name), expected);
    assert.equal(code, 3);
  }
});

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

test('reports a folder without write permission', {
  skip: isRoot && !existsSync('/usr/bin/setpriv'),
}, async (t) => {
  const folder = join(temporaryFolder(t), 'data');
  mkdirSync(folder);
  const args = [PROGRAM, 'doctor'];
  // Root can write everywhere.
  if (isRoot) chmodSync(join(folder, '..'), 0o755);
  else chmodSync(folder, 0o555);
  const ways = isRoot
    ? ['setpriv', '--reuid', String(NOBODY), '--clear-groups', process.execPath]
    : [process.execPath];
  const [first = '', ...rest] = ways;
  const denied = await finish(run(t, first, [...rest, ...args], { env: { ...SIMULATED, DATA_DIR: folder } }));
  assert.equal(denied.code, 3, denied.output);
  assert.match(
    denied.output,
    /failed {3}permissions +this user cannot read and write .*\n +→ Change its owner/,
  );
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  else chmodSync(folder, 0o755);
  const allowed = await finish(
    run(t, first, [...rest, ...args], { env: { ...SIMULATED, DATA_DIR: folder } }),
  );
  assert.equal(allowed.code, 0, allowed.output);
});

test('reports a working Redis, and creates nothing in it', needsRedis, async (t) => {
  const { url, keyPrefix } = testRedis();
  const client = await plainClient(t);
  const env = { ...SIMULATED, REDIS_URL: url, KEY_PREFIX: keyPrefix };
  const { code, row, rows } = await diagnose(t, env);
  assert.equal(code, 0, JSON.stringify(rows));
  assert.match(row('connection'), /^ok: Redis \d+\.\d+\.\d+ at 127\.0\.0\.1:\d+, \d+ ms$/);
  assert.match(row('time series'), /^ok: version \d+\.\d+\.\d+$/);
  assert.match(row('permissions'), /^ok: .*\n?/);
  assert.match(row('keys'), /^ok: the first start will create the time series$/);
  assert.match(row('memory'), /^ok: eviction policy noeviction$/);
  assert.deepEqual(await client.keys(`${keyPrefix}*`), []);

  const prefix = `${keyPrefix}:simulated`;
  await client.set(`${prefix}:memory`, 'text');
  assert.match(
    (await diagnose(t, env)).row('keys'),
    /^failed: ".*:memory" holds a string, not a hash → Set KEY_PREFIX/,
  );
  await client.del(`${prefix}:memory`);
  await client.ts.create(`${prefix}:price:mean:30s`, { DUPLICATE_POLICY: 'LAST' });
  const last = await diagnose(t, env);
  assert.equal(last.code, 3);
  assert.match(last.row('keys'), /^failed: .*TS\.ALTER/);
});

test('reports eviction, missing rights and a wrong password of Redis', needsRedis, async (t) => {
  const redis = await launchRedis(undefined, ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
  t.after(() => redis[Symbol.asyncDispose]());
  const client = await plainClient(t, redis.url);
  const at = (user: string) => ({ ...SIMULATED, REDIS_URL: redis.url.replace('//', `//${user}@`) });
  const evicting = await diagnose(t, { ...SIMULATED, REDIS_URL: redis.url });
  assert.equal(evicting.code, 0);
  assert.match(evicting.row('memory'), /^warning: eviction policy allkeys-lru: .* → .*noeviction/);

  await client.sendCommand(leastRights('is-bitcoin-lit:simulated'));
  await client.sendCommand(['ACL', 'SETUSER', 'lit', 'resetpass', '>secret']);
  const least = await diagnose(t, at('lit:secret'));
  assert.equal(least.code, 0, JSON.stringify(least.rows));
  assert.match(least.row('connection'), /^ok: Redis at /);

  await client.sendCommand(['ACL', 'SETUSER', 'lit', '-eval']);
  const denied = await diagnose(t, at('lit:secret'));
  assert.equal(denied.code, 3);
  assert.match(denied.row('permissions'), /^failed: .*\+eval/);

  const wrong = await diagnose(t, at('lit:wrong-secret'));
  assert.equal(wrong.code, 3);
  assert.match(wrong.row('connection'), /^failed: REDIS_URL .*(wrong|password)/);
  assert.doesNotMatch(wrong.stdout + wrong.stderr, /wrong-secret/);
});

test(
  'reports a Redis without time series, down, unresolvable, not Redis, or with mismatched TLS',
  needsRedis,
  async (t) => {
    await pythonPackages.prepare().catch((error) => t.skip(error.message));
    const port = await freePort();
    const { command, args, env = {} } = pythonPackages.command(port, temporaryFolder(t));
    const { certificate, key } = certificateFor(t);
    const securePort = await freePort();
    const tls = [
      '--tls-port',
      String(securePort),
      '--tls-auth-clients',
      'no',
      '--tls-cert-file',
      certificate,
    ];
    const files = [...tls, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
    const redis = run(t, command, [...args.slice(0, args.indexOf('--loadmodule')), ...files], { env });
    await redis.until(/Ready to accept connections/);
    const closing = createServer((socket) =>
      socket.on('error', () => 'gone').end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    const other = await freePort();
    closing.listen(other, '127.0.0.1');
    t.after(() => closing.close());
    const dead = await freePort();
    await Promise.all(
      (
        [
          [`redis://127.0.0.1:${port}`, 'time series', /^failed: .*without time series/],
          [
            `redis://127.0.0.1:${dead}`,
            'connection',
            /^failed: 127\.0\.0\.1:\d+ cannot be reached: connection refused → Start Redis/,
          ],
          [
            `redis://${'x'.repeat(64)}.invalid`,
            'connection',
            /cannot be reached: name not found → Correct the host/,
          ],
          [`redis://127.0.0.1:${other}`, 'connection', /closes the connection → .*rediss/],
          [
            `rediss://127.0.0.1:${port}`,
            'connection',
            /(does not answer|closes|handshake failed).* → .*redis instead of rediss/,
          ],
          [
            `rediss://127.0.0.1:${securePort}`,
            'connection',
            /TLS certificate is self-signed → .*NODE_EXTRA_CA_CERTS/,
          ],
          [
            `redis+sentinel://127.0.0.1:${dead}/main`,
            'connection',
            /^failed: 127\.0\.0\.1:\d+ cannot be reached: connection refused/,
          ],
        ] as const
      ).map(async ([url, name, expected]) => {
        const results = await diagnoseRedis(redisAddress(url), 'test', AbortSignal.timeout(30_000));
        const found = results.find((result) => result.name === name);
        assert.match(
          `${found?.result}: ${found?.detail} → ${found?.advice}`,
          expected,
          JSON.stringify(results),
        );
        assert.equal(found?.isFatal, true);
      }),
    );
  },
);
