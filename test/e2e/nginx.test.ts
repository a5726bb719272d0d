import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLive } from '../support/clients/event-stream.ts';
import { startRefreshing } from '../support/clients/refresh-client.ts';
import { startSequentialReader } from '../support/clients/sequential-reader.ts';
import { eventually } from '../support/eventually.ts';
import { finish, run, serve } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { needsRedis, plainClient, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const EXAMPLE = readFileSync(new URL('../../ops/nginx/is-bitcoin-lit.conf', import.meta.url), 'utf8');

function isInstalled(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const needsNginx = { skip: !isInstalled() && 'nginx is not installed (Debian: nginx-light)' };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** nginx with the example configuration of ops/, in front of services on these ports. */
async function startNginx(t: TestContext, ports: readonly [number, number]): Promise<string> {
  const folder = temporaryFolder(t);
  const port = await freePort();
  const site = EXAMPLE.replace('127.0.0.1:8080', `127.0.0.1:${ports[0]}`)
    .replace('127.0.0.1:8081', `127.0.0.1:${ports[1]}`)
    .replace('listen 80;', `listen 127.0.0.1:${port};`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const file = join(folder, 'nginx.conf');
  // Debian's own nginx.conf enables compression too.
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events {}
http { access_log off; gzip on; ${temporary} ${site} }
`,
  );
  const nginx = run(t, 'nginx', ['-e', 'stderr', '-p', folder, '-c', file]);
  const address = `http://127.0.0.1:${port}`;
  nginx.ended.catch(() => undefined);
  await eventually('nginx listens', async () => (await fetch(address)).status > 0, 5000);
  return address;
}

/** Starts a refresh from an address of this machine, and returns the status. */
async function refreshFrom(localAddress: string, address: string, forwarded?: string): Promise<number> {
  const headers = forwarded ? { 'X-Forwarded-For': forwarded } : {};
  const post = request(new URL('/refresh', address), { method: 'POST', localAddress, headers, agent: false });
  post.end();
  const [response] = await once(post, 'response');
  response.resume();
  return response.statusCode;
}

test(
  'behind nginx: events arrive one by one, 304 and compression work, limits count clients',
  needsNginx,
  async (t) => {
    const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const upstream = await startUpstream(t, JSON.stringify([snapshot(now, 100)]));
    const service = await serve(t, {
      SENTICRYPT_URL: upstream.url,
      DATA_DIR: temporaryFolder(t),
      TRUST_PROXY: '127.0.0.1',
      RATE_LIMIT: '3',
    });
    const port = Number(new URL(service.address).port);
    const address = await startNginx(t, [port, port]);

    const reader = await readLive(t, address);
    for (const [count, price] of [100, 300, 800].entries()) {
      upstream.answer(JSON.stringify([snapshot(now + count, price)]));
      assert.equal(await refreshFrom('127.0.0.5', address), 200);
      await eventually('the event arrived', () => reader.summaries().length > count, 2000);
    }
    assert.equal(await refreshFrom('127.0.0.5', address), 429);
    assert.equal(await refreshFrom('127.0.0.5', address, '192.0.2.1'), 429, 'nginx replaces the header');
    assert.equal(await refreshFrom('127.0.0.6', address), 200, 'another client has its own limit');
    assert.equal(await refreshFrom('127.0.0.7', service.address, '127.0.0.5'), 200, 'only nginx is believed');

    const first = await fetch(`${address}/is-bitcoin-lit`, { headers: { 'Accept-Encoding': 'gzip' } });
    const etag = first.headers.get('etag') ?? '';
    assert.equal((await json(first)).hourly_average_of_averages[2].price, 400);
    const again = await fetch(`${address}/is-bitcoin-lit`, { headers: { 'If-None-Match': etag } });
    assert.equal(again.status, 304);
    const openapi = await fetch(`${address}/openapi.json`, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(openapi.headers.get('content-encoding'), 'gzip');
    const page = await fetch(address, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(page.headers.get('content-encoding'), 'gzip');
    assert.deepEqual(
      await json(fetch(`${address}/bitcoin/is-bitcoin-lit`)),
      await json(fetch(`${address}/is-bitcoin-lit`)),
    );
  },
);

test('an upgrade behind nginx loses no request and no acknowledged sample', {
  skip: needsNginx.skip || needsRedis.skip,
}, async (t) => {
  const { url, keyPrefix } = testRedis();
  const start = Date.now();
  let count = 0;
  const upstream = await startUpstream(t, (_request, response) => {
    count += 1;
    response.end(JSON.stringify([snapshot(start - 60_000 + count, 30_000 + count)]));
  });
  const [blue, green] = [await freePort(), await freePort()] as const;
  const env = {
    SENTICRYPT_URL: upstream.url,
    REDIS_URL: url,
    KEY_PREFIX: keyPrefix,
    TRUST_PROXY: '127.0.0.1',
  };
  const limits = { RATE_LIMIT: '0' };
  const old = await serve(t, { ...env, ...limits, PORT: String(blue) });
  const address = await startNginx(t, [blue, green]);
  assert.equal(await refreshFrom('127.0.0.1', address), 200);
  const readers = Array.from({ length: 4 }, () =>
    startSequentialReader(t, address, (answer) => assert.ok(answer)),
  );
  const refreshes = startRefreshing(address, 10);
  await sleep(300);
  const next = await serve(t, { ...env, ...limits, PORT: String(green) });
  // As docs/operate.md says.
  await eventually('it is ready', async () => (await fetch(`${next.address}/health/ready`)).status === 200);
  old.child.kill('SIGTERM');
  assert.equal((await finish(old)).code, 0, old.output());
  await sleep(300);
  await refreshes.stop();
  for (const reader of readers) await reader.stop();
  assert.deepEqual([...new Set(refreshes.results.map(({ outcome }) => outcome))], ['200']);
  // Refreshes run one after another and each source answer is newer, so a report names the sample that it acknowledges.
  const acknowledged = refreshes.results.filter(({ added }) => added === 1).map(({ asOf }) => asOf);
  assert.ok(acknowledged.length > 10, `${acknowledged.length} samples`);
  const client = await plainClient(t);
  const stored = await client.ts.range(`${keyPrefix}:price:mean:30s`, '-', '+');
  const times = new Set(stored.map(({ timestamp }) => timestamp));
  assert.deepEqual(
    acknowledged.filter((time) => !times.has(time)),
    [],
  );
});
