import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRaw, requestFor } from '../../support/clients/raw-client.ts';
import { type RawAnswer, readAnswer } from '../../support/clients/strict-http.ts';
import { startTestService } from '../../support/processes/service.ts';
import { largeScript } from '../../support/web/built.ts';

const LARGE_SCRIPT = largeScript();

/** All responses of a closed connection. */
function readAll(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const answer = readAnswer(rest);
    answers.push(answer);
    rest = answer.rest;
  }
  return answers;
}

test('17 pipelined requests are answered in order, with long and short responses', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const client = await connectRaw(t, service.address);
  const paths = ['/history?from=-1d&bucket=30s', '/nothing', LARGE_SCRIPT, '/health/live'];
  const asked = Array.from({ length: 16 }, (_, index) => paths[index % paths.length] ?? '');
  const last = requestFor('/is-bitcoin-lit', 'Connection: close');
  client.socket.write(asked.map((path) => requestFor(path)).join('') + last);
  const answers = readAll(await client.closed);
  assert.equal(answers.length, 17);
  const alone = await Promise.all(
    paths.map(async (path) => Buffer.from(await (await service.get(path)).arrayBuffer())),
  );
  for (const [index, { status, body }] of answers.slice(0, 16).entries()) {
    assert.equal(status, index % 4 === 1 ? 404 : 200);
    if (index % 4 !== 1)
      assert.ok(body.equals(alone[index % 4] ?? Buffer.alloc(0)), String(paths[index % 4]));
  }
  assert.match(answers[16]?.body.toString() ?? '', /"simulated"\}$/);
});

test('a malformed request behind others is answered after them, and only once', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const client = await connectRaw(t, service.address);
  const fit = requestFor('/history?from=-1d&bucket=30s') + requestFor(LARGE_SCRIPT);
  client.socket.write(`${fit}garbage\r\n\r\n`);
  client.socket.write('more garbage\r\n\r\n');
  const answers = readAll(await client.closed);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 400],
  );
});

test('a request with a broken body is answered at once, or after earlier requests', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const broken = 'POST /refresh HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  for (const before of ['', requestFor(LARGE_SCRIPT)]) {
    const client = await connectRaw(t, service.address);
    client.socket.write(`${before}${broken}Transfer-Encoding: chunked\r\n\r\nno size\r\n`);
    const statuses = readAll(await client.closed).map(({ status }) => status);
    assert.deepEqual(statuses, before === '' ? [400] : [200, 400]);
  }
});

test('garbage behind a stream ends the stream without an answer', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const client = await connectRaw(t, service.address);
  client.socket.write(requestFor('/live'));
  await client.until((received) => received.includes('data: '));
  client.socket.write('garbage\r\n\r\n');
  const answer = readAnswer(await client.closed);
  assert.equal(answer.isWhole, false, 'it shows that it was cut off');
  assert.match(answer.body.toString(), /"simulated"\}\n\n$/);
});

test('an expectation behind a long response is rejected in its turn', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const client = await connectRaw(t, service.address);
  client.socket.write(requestFor(LARGE_SCRIPT) + requestFor('/', 'Expect: 200-ok'));
  const answers = readAll(await client.closed);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 417],
  );
});

test('more than 16 waiting requests close the connection', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const client = await connectRaw(t, service.address);
  client.socket.write(requestFor('/health/live').repeat(100));
  await client.closed;
  assert.equal((await service.get('/health/live')).status, 200);
});

test('clients that reset their connections during requests cause no errors', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const paths = ['/v1/bitcoin.json', '/history?from=-7d', '/sources', '/live'];
  const text = paths.map((path) => requestFor(path)).join('');
  for (let turn = 0; turn < 40; turn += 1) {
    const clients = await Promise.all(Array.from({ length: 10 }, () => connectRaw(t, service.address)));
    await Promise.all(
      clients.map(async ({ socket, closed }, index) => {
        socket.write(text);
        await sleep(index % 3);
        socket.resetAndDestroy();
        await closed;
      }),
    );
  }
  await service.get();
  assert.deepEqual(
    service.events.filter((event) => event.type === 'request_failed' && event.status === 500),
    [],
  );
});
