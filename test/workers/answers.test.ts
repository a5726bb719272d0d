import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLive } from '../support/clients/event-stream.ts';
import { type Answer, openConnections, serveWith, WORKER_STORES } from '../support/processes/workers.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const HOUR = 3_600_000;

const GETS = [
  '/is-bitcoin-lit',
  '/is-bitcoin-lit?at=-2h',
  '/is-bitcoin-lit?at=tomorrow',
  '/history?from=-3d',
  '/history?from=-1d&format=csv',
  '/history?from=x',
  '/verdicts',
  '/track-record',
  '/v1/bitcoin.json',
  '/sources',
  '/health/live',
  '/health/ready',
  '/openapi.json',
  '/docs',
  '/nothing',
];

/** Without what differs between two requests to one process: ids and times. */
const comparable = ({ status, headers, body }: Answer) => {
  const { date: _date, 'x-request-id': _id, 'content-length': _length, ...rest } = headers;
  return {
    status,
    headers: rest,
    body: body.replaceAll(/"urn:uuid:[^"]*"/g, '').replaceAll(/"(since|last_success|latency_ms)":[^,]*/g, ''),
  };
};

for (const store of WORKER_STORES) {
  test(`${store.name}: three workers answer like one process`, store.needs, async (t) => {
    const now = Math.floor(Date.now() / HOUR) * HOUR;
    const samples = Array.from({ length: 200 }, (_, index) =>
      snapshot(now - index * 900_000, 30_000 + (index % 17) * 31, ((index % 11) - 5) / 10),
    );
    const upstream = await startUpstream(t, JSON.stringify(samples));
    const env = { ...store.settings(t), SENTICRYPT_URL: upstream.url, STALE_AFTER: '30d' };
    const requests = [
      ...GETS.map((path) => ({ path, method: 'GET', headers: {} })),
      { path: '/refresh', method: 'POST', headers: { origin: 'http://elsewhere.example' } },
      { path: '/refresh', method: 'POST', headers: { 'content-type': 'text/html', 'content-length': '0' } },
      { path: '/refresh', method: 'GET', headers: {} },
      { path: '/live', method: 'HEAD', headers: {} },
    ];

    async function answersOf(workers: number, connections: number) {
      const service = await serveWith(t, workers, env);
      const [first, ...others] = openConnections(t, service.address, connections);
      if (!first) throw new Error('no connection');
      await first.ask('/refresh', 'POST');
      upstream.answer((_request, response) => response.writeHead(500).end());
      const failed = comparable(await first.ask('/refresh', 'POST'));
      upstream.answer(JSON.stringify(samples));
      const worked = comparable(await first.ask('/refresh', 'POST'));
      const all = [];
      for (const connection of [first, ...others]) {
        const answers = new Map<string, unknown>();
        for (const { path, method, headers } of requests) {
          const name = `${method} ${path} ${Object.keys(headers)}`;
          answers.set(name, comparable(await connection.ask(path, method, headers)));
        }
        all.push(answers);
      }
      service.child.kill('SIGTERM');
      assert.deepEqual(await service.ended, { code: 0, signal: null });
      return { failed, worked, all };
    }

    const one = await answersOf(1, 1);
    const three = await answersOf(3, 6);
    assert.equal(one.failed.status, 502);
    assert.deepEqual(three.failed, one.failed);
    assert.deepEqual(three.worked, one.worked);
    for (const answers of three.all) assert.deepEqual(answers, one.all[0]);
  });

  test(`${store.name}: every worker has a new sample when POST /refresh answers`, store.needs, async (t) => {
    const hour = Math.floor(Date.now() / HOUR) * HOUR;
    const upstream = await startUpstream(t, JSON.stringify([snapshot(hour, 1)]));
    const env = { ...store.settings(t), SENTICRYPT_URL: upstream.url, RATE_LIMIT: '0', CACHE_TTL: '24h' };
    const service = await serveWith(t, 3, env);
    const connections = openConnections(t, service.address, 6);
    const readers = await Promise.all(Array.from({ length: 3 }, () => readLive(t, service.address)));
    const newestOf = async (index: number) => {
      const connection = connections[index % connections.length];
      const [answer, history] = await Promise.all([
        connection?.ask('/is-bitcoin-lit'),
        connections[(index + 1) % connections.length]?.ask('/history?from=-2h&bucket=1h'),
      ]);
      return [
        JSON.parse(answer?.body ?? '').hourly_average_of_averages[2].price_samples,
        JSON.parse(history?.body ?? '').buckets.at(-1).price_samples,
      ];
    };
    for (let round = 0; round < 12; round += 1) {
      upstream.answer(JSON.stringify([snapshot(hour + round, 100 + round)]));
      const refreshed = await connections[round % 6]?.ask('/refresh', 'POST');
      assert.equal(refreshed?.status, 200);
      const counts = await Promise.all(connections.map((_, index) => newestOf(index)));
      assert.deepEqual(counts, Array(6).fill([round + 1, round + 1]));
    }
    for (const reader of readers) await reader.until(/"price_samples":12,/);
  });
}
