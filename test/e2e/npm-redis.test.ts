import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/redis/start.ts';
import { finish, run } from '../support/processes/process.ts';
import { connectPlain, needsRedis } from '../support/stores/redis.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/redis.ts', import.meta.url));

test('skips a REDIS_URL that does not answer, and says so', needsRedis, async (t) => {
  const REDIS_URL = `redis://:secret@127.0.0.1:${await freePort()}`;
  const redis = run(t, process.execPath, [SCRIPT], { env: { REDIS_URL } });
  const [, url = ''] = await redis.until(/REDIS_URL=(redis:\S+)/);
  assert.match(
    redis.output(),
    /^Cannot use the Redis at REDIS_URL: it does not answer\. Trying the next way\./,
  );
  assert.doesNotMatch(redis.output(), /secret/);
  const client = await connectPlain(url);
  assert.equal(await client.ping(), 'PONG');
  client.destroy();
  redis.child.kill('SIGTERM');
  assert.deepEqual(await redis.ended, { code: 0, signal: null });
});

test('listens on --port', needsRedis, async (t) => {
  const port = String(await freePort());
  const redis = run(t, process.execPath, [SCRIPT, '--port', port]);
  const [, url] = await redis.until(/REDIS_URL=(\S+)/);
  assert.equal(url, `redis://127.0.0.1:${port}`);
  redis.child.kill('SIGTERM');
  await redis.ended;
});

test('a port in use or an invalid one gives one line with advice', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const taken = String((server.address() as AddressInfo).port);
  for (const [port, reason] of [
    [taken, `port ${taken} is already in use: choose another one`],
    ['70000', '--port must be a whole number from 0 to 65535; 0 takes a free port'],
    ['-1', '--port'],
    ['http', '--port must be'],
  ] as const) {
    const { code, output } = await finish(run(t, process.execPath, [SCRIPT, '--port', port]));
    assert.equal(code, 1);
    assert.ok(output.startsWith('npm run redis: ') && output.includes(reason), output);
    assert.equal(output.trimEnd().split('\n').length, 1);
  }
});
