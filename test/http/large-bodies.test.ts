import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createSharedBodies } from '../../src/http/caching/shared-bodies.ts';
import { connectRaw, requestFor } from '../support/clients/raw-client.ts';
import { type RawAnswer, readAnswer } from '../support/clients/strict-http.ts';
import { startTestService } from '../support/processes/service.ts';
import { largeScript, TEXT_FILE } from '../support/web/built.ts';

async function ask(t: TestContext, address: string, path: string, ...headers: string[]): Promise<RawAnswer> {
  const client = await connectRaw(t, address);
  client.socket.write(requestFor(path, 'Connection: close', ...headers));
  return readAnswer(await client.closed);
}

const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync, identity: (body: Buffer) => body } as const;

test('large responses are equal in every encoding, with an exact length and an entity tag', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  await service.post();
  const script = largeScript();
  const paths = ['/v1/bitcoin.json', '/history?from=-1d&bucket=30s', script, TEXT_FILE, '/openapi.json'];
  for (const path of paths) {
    const { body: plain, headers } = await ask(t, service.address, path);
    assert.equal(headers.get('content-encoding'), undefined, path);
    for (const [encoding, decode] of Object.entries(DECODERS)) {
      const answer = await ask(t, service.address, path, `Accept-Encoding: ${encoding}`);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-encoding') ?? 'identity', encoding);
      assert.match(answer.headers.get('vary') ?? '', /accept-encoding/i);
      assert.ok(decode(answer.body).equals(plain), `${path} as ${encoding}`);
      const etag = answer.headers.get('etag');
      // The built page has files in two forms, each with its own tag.
      if (path !== script) assert.equal(etag, headers.get('etag'));
      if (etag === undefined) continue;
      const known = await ask(
        t,
        service.address,
        path,
        `If-None-Match: ${etag}`,
        `Accept-Encoding: ${encoding}`,
      );
      assert.equal(known.status, 304);
      assert.equal(known.headers.get('etag'), etag);
    }
  }
});

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  for (const text of texts) yield text;
}

test('equal bodies share one buffer, and are compressed once', async () => {
  const bodies = createSharedBodies();
  const first = await bodies.gather('first', pieces('a'.repeat(100_000), 'b'));
  const again = await bodies.gather('again', pieces('a'.repeat(50_000), `${'a'.repeat(50_000)}b`));
  assert.equal(again.bytes, first.bytes);
  assert.equal(bodies.share(`${'a'.repeat(100_000)}b`), first.bytes);
  assert.equal(bodies.share(Buffer.from(`${'a'.repeat(100_000)}b`)), first.bytes);
  assert.equal(first.bytes.toString(), `${'a'.repeat(100_000)}b`);
  assert.equal(bodies.recall('first')?.bytes, first.bytes);
  assert.equal(bodies.recall('again')?.etag, first.etag);
  assert.equal(bodies.recall('other'), undefined);
  const other = await bodies.gather('other', pieces('c'));
  assert.equal(other.bytes.toString(), 'c');
  assert.notEqual(other.etag, first.etag);
  const [one, two] = await Promise.all([bodies.encode(first.bytes, 'br'), bodies.encode(first.bytes, 'br')]);
  assert.equal(one, two);
  assert.equal(await bodies.encode(first.bytes, 'br'), one);
  assert.ok(gunzipSync(await bodies.encode(first.bytes, 'gzip')).equals(first.bytes));
});

test('the least recently used bodies are dropped, and complete when used again', async () => {
  const bodies = createSharedBodies();
  const body = (name: string) => name.repeat(4_000_000);
  const first = bodies.share(body('a'));
  for (const name of ['b', 'c', 'd']) bodies.share(body(name));
  assert.equal(bodies.share(body('a')), first, 'four of them fit');
  for (const name of ['e', 'f', 'g']) bodies.share(body(name));
  assert.equal(bodies.share(body('a')), first, 'the one that was used last');
  assert.equal(bodies.share(first), first);
  for (const name of ['h', 'i', 'j', 'k']) bodies.share(body(name));
  const again = bodies.share(body('a'));
  assert.notEqual(again, first);
  assert.ok(again.equals(first));
  assert.ok(brotliDecompressSync(await bodies.encode(first, 'br')).equals(first));
});
