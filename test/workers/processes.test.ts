import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { parseScrape } from '../support/clients/scrape.ts';
import { eventually } from '../support/eventually.ts';
import { cli, finish } from '../support/processes/process.ts';
import {
  childrenOf,
  isRunning,
  openConnections,
  serveWith,
  WORKER_STORES,
} from '../support/processes/workers.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const onSample = (t: TestContext) => startUpstream(t, JSON.stringify([snapshot(Date.now() - 1000)]));

for (const store of WORKER_STORES) {
  test(`${store.name}: killed workers are replaced, and no health check fails`, store.needs, async (t) => {
    const upstream = await onSample(t);
    const service = await serveWith(t, 3, { ...store.settings(t), SENTICRYPT_URL: upstream.url });
    const { address } = service;
    const before = service.pids();
    assert.equal(before.length, 3);
    assert.equal((await fetch(`${address}/refresh`, { method: 'POST' })).status, 200);

    let isOver = false;
    let answers = 0;
    async function read(): Promise<void> {
      while (!isOver) {
        const [connection] = openConnections(t, address, 1);
        // A connection of a killed worker ends.
        while (!isOver && (await connection?.ask('/is-bitcoin-lit').catch(() => undefined))?.status === 200)
          answers += 1;
      }
    }
    const load = Array.from({ length: 6 }, read);
    /** On a connection of its own. */
    const isReady = async () =>
      (
        await fetch(`${address}/health/ready`, {
          headers: { connection: 'close' },
          signal: AbortSignal.timeout(5000),
        })
      ).ok;
    let checks = 0;
    for (const pid of before) {
      process.kill(pid, 'SIGKILL');
      const seen = service.output().length;
      while (!/worker \d+ serves/.test(service.output().slice(seen))) {
        assert.ok(await isReady());
        checks += 1;
      }
    }
    isOver = true;
    await Promise.all(load);
    t.diagnostic(`${checks} health checks, ${answers} answers`);
    const after = service.pids();
    assert.equal(after.length, 3);
    assert.deepEqual(
      before.filter((pid) => after.includes(pid)),
      [],
    );
  });
}

test('a worker that ends again and again is replaced at growing intervals', async (t) => {
  const service = await serveWith(t, 2, { DATA_DIR: temporaryFolder(t), SOURCE: 'simulated' });
  const [kept = 0, first = 0] = service.pids();
  for (let next = first, round = 0; round < 4; round += 1) {
    process.kill(next, 'SIGKILL');
    await eventually('it is replaced', () => {
      const found = service.pids().find((pid) => pid !== kept && pid !== next);
      if (!found) return false;
      next = found;
      return true;
    });
  }
  const waits = [...service.output().matchAll(/worker \d+ ended \(SIGKILL\), and is replaced in (\d+) ms/g)];
  assert.deepEqual(
    waits.map(([, wait]) => Number(wait)),
    [100, 200, 400, 800],
  );
});

/** The total of a counter. */
function total(scrape: string, series: string): number {
  const [, value] = new RegExp(`^${series.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(scrape) ?? [];
  return Number(value);
}

for (const hasOwnPort of [true, false]) {
  test(`metrics are those of all workers, on ${hasOwnPort ? 'METRICS_PORT' : 'PORT'}`, async (t) => {
    const upstream = await onSample(t);
    const service = await serveWith(t, 3, {
      DATA_DIR: temporaryFolder(t),
      SENTICRYPT_URL: upstream.url,
      ...(hasOwnPort && { METRICS_PORT: '0' }),
    });
    const { address } = service;
    const [, own] = hasOwnPort ? await service.until(/metrics on (http:\/\/[^"\s]+)/) : [];
    const scrape = async () => (await fetch(`${own ?? address}/metrics`)).text();
    const connections = openConnections(t, address, 6);
    await connections[0]?.ask('/refresh', 'POST');
    for (const connection of connections)
      for (let count = 0; count < 5; count += 1) await connection.ask('/is-bitcoin-lit');
    for (const connection of connections) await connection.ask('/health/live');
    const [text = '', ...others] = await Promise.all([scrape(), scrape(), scrape()]);
    assert.deepEqual(others, [text, text], 'scrapes at the same time share one');
    const ANSWERED = 'is_bitcoin_lit_requests_total{route="/is-bitcoin-lit",status="200"}';
    assert.equal(total(text, ANSWERED), 30);
    assert.equal(total(text, 'is_bitcoin_lit_answers_total{state="fresh"}'), 30);
    assert.equal(total(text, 'is_bitcoin_lit_request_duration_seconds_count{route="/health/live"}'), 6);
    assert.equal(total(text, 'is_bitcoin_lit_refreshes_total{outcome="ok"}'), 1);
    assert.ok(total(text, 'is_bitcoin_lit_newest_age_seconds{value="price"}') < 60);
    assert.ok(Math.abs(total(text, 'process_start_time_seconds') - Date.now() / 1000) < 60);

    const lone = await serveWith(t, 1, { DATA_DIR: temporaryFolder(t), SENTICRYPT_URL: upstream.url });
    const single = await (await fetch(`${lone.address}/metrics`)).text();
    assert.deepEqual(parseScrape(text).families, parseScrape(single).families);
    assert.equal(total(text, 'is_bitcoin_lit_workers'), 3);
    assert.equal(total(single, 'is_bitcoin_lit_workers'), 1);
    // Of the process that is nearest to its limit.
    assert.equal(total(text, 'process_max_fds'), total(single, 'process_max_fds'));

    const [pid = 0] = service.pids();
    await service.replace(pid);
    assert.equal(total(await scrape(), ANSWERED), 30, 'what a worker counted stays');
  });
}

test('a stop ends all processes, and sends the responses in progress', async (t) => {
  const upstream = await onSample(t);
  const service = await serveWith(t, 3, { DATA_DIR: temporaryFolder(t), SENTICRYPT_URL: upstream.url });
  const pids = service.pids();
  upstream.answer(() => undefined);
  const connections = openConnections(t, service.address, 3);
  const waiting = connections.map((connection) => connection.ask('/refresh', 'POST'));
  await eventually('the refresh has begun', () => upstream.requests() === 1);
  // Like a terminal or systemd, which send the signal to all.
  for (const pid of [...pids, service.child.pid ?? 0]) process.kill(pid, 'SIGTERM');
  for (const { status, body } of await Promise.all(waiting)) {
    assert.equal(status, 503);
    assert.equal(JSON.parse(body).code, 'stopping');
  }
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  assert.deepEqual(pids.filter(isRunning), []);
});

test('no worker survives a writer that is killed', async (t) => {
  const service = await serveWith(t, 3, { DATA_DIR: temporaryFolder(t), SOURCE: 'simulated' });
  const pids = service.pids();
  service.child.kill('SIGKILL');
  await eventually('all have ended', () => !pids.some(isRunning));
});

test('a worker that does not answer is not waited for at a stop', async (t) => {
  const service = await serveWith(t, 2, { DATA_DIR: temporaryFolder(t), SOURCE: 'simulated' });
  const pids = service.pids();
  process.kill(pids[0] ?? 0, 'SIGSTOP');
  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, { code: 0, signal: null });
  assert.deepEqual(pids.filter(isRunning), []);
});

for (const [what, fault] of [
  [
    'a port in use',
    /^is-bitcoin-lit: PORT \d+ is already in use: stop the other process, or set another port\n$/,
  ],
  ['another host', /^is-bitcoin-lit: HOST is not an address of this machine\n$/],
] as const) {
  test(`${what} ends all processes with exit code 78 and one line`, async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const HOST = what === 'another host' ? '192.0.2.1' : '127.0.0.1';
    const env = {
      HOST,
      WORKERS: '3',
      PORT: String(port),
      DATA_DIR: temporaryFolder(t),
      REFRESH_TOKEN: 'a-token-for-a-test',
    };
    const running = cli(t, ['serve'], env);
    let pids: number[] = [];
    await eventually('it has workers', () => {
      pids = childrenOf(running.child.pid);
      return pids.length === 3;
    });
    const { code, output } = await finish(running);
    assert.deepEqual([code, fault.test(output)], [78, true], output);
    assert.deepEqual(pids.filter(isRunning), []);
  });
}

for (const value of ['0', '-1', '65', '1e9', '1000000000', 'abc']) {
  test(`WORKERS=${value} ends with exit code 78 and one line`, async (t) => {
    const { code, output } = await finish(
      cli(t, ['serve'], { WORKERS: value, DATA_DIR: temporaryFolder(t) }),
    );
    assert.equal(output, 'is-bitcoin-lit: WORKERS must be a whole number from 1 to 64\n');
    assert.equal(code, 78);
  });
}
