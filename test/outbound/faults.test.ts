import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { freePort } from '../../scripts/redis/start.ts';
import { createOutbound } from '../../src/outbound/client.ts';
import { explain, OutboundError, type OutboundFault } from '../../src/outbound/fault.ts';
import { certificateFor } from '../support/upstreams/certificate.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';

const MIB = 2 ** 20;
const outbound = createOutbound();

function ask(url: string, { deadlineMs = 5000, client = outbound } = {}) {
  const request = {
    deadlineMs,
    bodyLimit: MIB,
    errorBodyLimit: 100,
    headers: {},
    redirects: 'none',
  } as const;
  return client.request(new URL(url), request, new AbortController().signal);
}

async function assertFault(asked: Promise<unknown>, fault: OutboundFault, reason: RegExp): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof OutboundError, String(error));
    assert.equal(error.fault, fault, `${error.reason}: ${error.cause}`);
    assert.match(error.reason, reason);
    assert.equal(error.message, `the source ${error.reason}`);
    return true;
  });
}

/** @returns its port. */
async function startTls(t: TestContext, names?: string, isTrusted = false): Promise<number> {
  const files = certificateFor(t, names);
  const [cert, key] = [readFileSync(files.certificate, 'utf8'), readFileSync(files.key, 'utf8')];
  const before = getCACertificates('default');
  if (isTrusted) {
    setDefaultCACertificates([...before, cert]);
    t.after(() => setDefaultCACertificates(before));
  }
  const server = createHttps({ cert, key }, (_request, response) => response.end('there'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('each fault has its reason', async (t) => {
  await assertFault(
    ask(`http://127.0.0.1:${await freePort()}/`),
    'connection_refused',
    /^cannot be reached: connection refused$/,
  );
  const resolve = (code: string) =>
    createOutbound({
      resolve: (host, _options, callback) =>
        callback(Object.assign(new Error(`${code} ${host}`), { code }), []),
    });
  await assertFault(
    ask('http://a.example/', { client: resolve('ENOTFOUND') }),
    'name_not_found',
    /^cannot be reached: name not found$/,
  );
  await assertFault(
    ask('http://a.example/', { client: resolve('EAI_AGAIN') }),
    'lookup_failed',
    /^cannot be reached: name lookup failed$/,
  );
  const silentNames = createOutbound({ resolve: () => undefined });
  await assertFault(
    ask('http://a.example/', { client: silentNames, deadlineMs: 100 }),
    'timeout_connecting',
    /^took more than 0\.1 s to connect$/,
  );

  const upstream = await startUpstream(t, '');
  const answers = (answer: RequestListener) => {
    upstream.answer(answer);
    return ask(upstream.url, { deadlineMs: 300 });
  };
  await assertFault(
    answers(() => undefined),
    'timeout_waiting',
    /^took more than 0\.3 s$/,
  );
  await assertFault(
    answers((_request, response) => void response.writeHead(200).write('x')),
    'timeout_reading',
    /^took more than 0\.3 s$/,
  );
  await assertFault(
    answers((request) => request.socket.destroy()),
    'connection_reset',
    /^cannot be reached: connection closed$/,
  );
  await assertFault(
    answers((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x');
      setTimeout(() => request.socket.destroy(), 20);
    }),
    'connection_reset',
    /^closed the connection during its response$/,
  );

  const noHttp = createServer((socket) => socket.end('SSH-2.0-x\r\n'));
  await once(noHttp.listen(0, '127.0.0.1'), 'listening');
  t.after(() => noHttp.close());
  const { port } = noHttp.address() as AddressInfo;
  await assertFault(ask(`http://127.0.0.1:${port}/`), 'bad_response', /^did not answer in HTTP$/);
  await assertFault(
    ask(`https://127.0.0.1:${port}/`),
    'tls_failed',
    /^cannot be reached: TLS handshake failed$/,
  );
});

test('an invalid certificate has its reason', async (t) => {
  const own = await startTls(t);
  await assertFault(
    ask(`https://127.0.0.1:${own}/`),
    'tls_self_signed',
    /^cannot be reached: TLS certificate is self-signed$/,
  );
  const other = await startTls(t, 'DNS:other.example', true);
  await assertFault(
    ask(`https://127.0.0.1:${other}/`),
    'tls_wrong_host',
    /^cannot be reached: TLS certificate is for another host$/,
  );
  const expired = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
  await assertFault(
    Promise.reject(explain(expired, { isOfProxy: false, isAnswered: false })),
    'tls_expired',
    /^cannot be reached: TLS certificate has expired$/,
  );
});

test('the observer receives lookups, connections and failures', async (t) => {
  const port = await startTls(t, 'DNS:a.example', true);
  const events: string[] = [];
  await using client = createOutbound({
    resolve: (_host, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    observe(event) {
      if (event.type === 'resolved') events.push(`resolved ${event.host} to ${event.addresses}`);
      else if (event.type === 'connected')
        events.push(`connected ${event.origin} at ${event.socket.remoteAddress}`);
      else events.push(`failed ${event.host}: ${event.error.fault}`);
    },
  });
  const answer = await ask(`https://a.example:${port}/`, { client });
  assert.deepEqual(events, [
    'resolved a.example to 127.0.0.1',
    `connected https://a.example:${port} at 127.0.0.1`,
  ]);
  assert.equal(answer.isViaProxy, false);
  assert.ok(answer.headers.get('date'));
  await assert.rejects(ask('https://a.example:1/?key=secret', { client }));
  assert.deepEqual(events.slice(2), [
    'resolved a.example to 127.0.0.1',
    'failed a.example:1: connection_refused',
  ]);
});

test('bodies are decompressed once or twice, within the limit', async (t) => {
  const text = 'Bitcoin '.repeat(1000);
  const good: Record<string, Buffer> = {
    gzip: gzipSync(text),
    'X-GZIP': gzipSync(text),
    deflate: deflateSync(text),
    // A raw stream without the zlib header.
    ' Deflate': deflateRawSync(text),
    br: brotliCompressSync(text),
    zstd: zstdCompressSync(text),
    'gzip, br': brotliCompressSync(gzipSync(text)),
    identity: Buffer.from(text),
    '': Buffer.from(text),
  };
  const upstream = await startUpstream(t, '');
  const send = (body: Buffer, encoding: string, status = 200) => {
    upstream.answer((_request, response) => {
      response.writeHead(status, { 'content-encoding': encoding }).end(body);
    });
    return ask(upstream.url);
  };
  for (const [encoding, body] of Object.entries(good)) {
    assert.equal(String((await send(body, encoding)).body), text, encoding);
  }
  const large = Buffer.alloc(2 * MIB);
  for (const [encoding, body] of Object.entries({
    gzip: gzipSync(large),
    deflate: deflateSync(large),
    br: brotliCompressSync(large),
    zstd: zstdCompressSync(large),
    'gzip, gzip': gzipSync(gzipSync(large)),
    identity: large,
  })) {
    await assertFault(send(body, encoding), 'too_large', /^sent more than 1 MiB$/);
  }
  const thrice = gzipSync(gzipSync(gzipSync(text)));
  for (const [encoding, body] of [
    ['gzip', Buffer.from('no gzip')],
    ['br', Buffer.from('no brotli')],
    ['zstd', Buffer.from('no zstd')],
    ['x-unheard-of', Buffer.from(text)],
    ['gzip, gzip, gzip', thrice],
  ] as const) {
    await assertFault(send(body, encoding), 'bad_response', /^sent a body that cannot be decompressed$/);
  }
  const error = await send(large, 'identity', 500);
  assert.deepEqual([error.status, error.body], [500, undefined], 'the status counts');
});
