import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRaw, requestFor } from '../support/clients/raw-client.ts';
import { readAnswer } from '../support/clients/strict-http.ts';
import { startTestService } from '../support/processes/service.ts';
import { TEXT_FILE } from '../support/web/built.ts';

test('while the service stops, every response has Connection: close', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const etag = (await service.get()).headers.get('etag') ?? '';
  const requests = [
    requestFor('/is-bitcoin-lit'),
    requestFor('/is-bitcoin-lit', `If-None-Match: ${etag}`),
    requestFor('/v1/bitcoin.json'),
    requestFor('/history'),
    requestFor(TEXT_FILE),
    requestFor('/'),
    requestFor('/live'),
    requestFor('/sources'),
    requestFor('/health/ready'),
    requestFor('/nothing'),
    requestFor('/', 'Expect: 200-ok'),
    'garbage\r\n\r\n',
  ];
  // A connection with an incomplete request is not idle, so the stop waits for it.
  const clients = await Promise.all(
    requests.map(async (request) => {
      const client = await connectRaw(t, service.address);
      client.socket.write(request.slice(0, 5));
      return client;
    }),
  );
  await sleep(50);
  const stopped = service.stop();
  await sleep(10);
  for (const [index, { socket }] of clients.entries()) socket.write(requests[index]?.slice(5) ?? '');
  const statuses: number[] = [];
  for (const { closed } of clients) {
    const answer = readAnswer(await closed);
    statuses.push(answer.status);
    assert.equal(answer.headers.get('connection'), 'close');
    assert.equal(answer.rest.length, 0);
  }
  await stopped;
  assert.deepEqual(statuses.slice(0, 2), [200, 304]);
  assert.deepEqual(statuses.slice(-3), [404, 417, 400]);
});
