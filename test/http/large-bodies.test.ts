import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { etagOf } from '../../src/http/caching/conditional.ts';
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

async function* pieces(...texts: (string | Buffer)[]): AsyncGenerator<string | Buffer> {
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

test('a body is dropped a minute after its last use, with its encoded forms, and complete when it is made again', async () => {
  let now = 1000;
  const bodies = createSharedBodies(() => now);
  const gather = (name: string) => bodies.gather(name, pieces(name.repeat(100_000)));
  const old = await gather('old');
  const used = await gather('used');
  const oldEncoded = await bodies.encode(old.bytes, 'br');
  now += 30_000;
  assert.equal(bodies.recall('used')?.bytes, used.bytes);
  now += 29_999;
  bodies.dropUnused();
  assert.equal(bodies.share('old'.repeat(100_000)), old.bytes, 'a use keeps it for another minute');
  now += 30_001;
  bodies.dropUnused();
  assert.equal(bodies.recall('used'), undefined);
  assert.equal(bodies.recall('old')?.bytes, old.bytes);
  now += 60_000;
  bodies.dropUnused();
  assert.equal(bodies.recall('old'), undefined);
  assert.ok(
    brotliDecompressSync(await bodies.encode(old.bytes, 'br')).equals(old.bytes),
    'readers still have it',
  );
  const again = await gather('old');
  assert.notEqual(again.bytes, old.bytes);
  assert.ok(again.bytes.equals(old.bytes));
  assert.notEqual(await bodies.encode(again.bytes, 'br'), oldEncoded);
  assert.equal(again.etag, old.etag);
});

test('dropped bodies leave room for as many others as before', async () => {
  let now = 0;
  const bodies = createSharedBodies(() => now);
  const body = (name: string) => name.repeat(4_000_000);
  for (const name of ['a', 'b', 'c', 'd']) bodies.share(body(name));
  now += 60_000;
  bodies.dropUnused();
  const first = bodies.share(body('e'));
  for (const name of ['f', 'g', 'h']) bodies.share(body(name));
  assert.equal(bodies.share(body('e')), first);
});

test('bodies of every size have the right bytes, whether they have pages of their own or not', async () => {
  const bodies = createSharedBodies();
  for (const length of [0, 1, 4096, 65_535, 65_536, 65_537, 1_000_003]) {
    const { bytes, etag } = await bodies.gather(`${length}`, pieces('x'.repeat(length), 'yz'));
    assert.equal(bytes.toString(), `${'x'.repeat(length)}yz`);
    assert.equal(bytes.subarray(length).toString(), 'yz');
    assert.equal(etag, etagOf(bytes));
    assert.ok(gunzipSync(await bodies.encode(bytes, 'gzip')).equals(bytes));
  }
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

test('parts are found again by name for a minute after their last use, and the least recently used give way', async () => {
  let now = 0;
  const bodies = createSharedBodies(() => now);
  const half = Buffer.alloc(2_000_000, 'x');
  const first = await bodies.gatherParts('first', pieces(half));
  await bodies.gatherParts('second', pieces(half));
  assert.equal(bodies.recallParts('first')?.parts[0], half);
  assert.equal(bodies.recallParts('first')?.etag, first.etag);
  await bodies.gatherParts('third', pieces('y'));
  assert.equal(bodies.recallParts('second'), undefined, 'four megabytes fit');
  now += 59_999;
  bodies.recallParts('third');
  now += 1;
  bodies.dropUnused();
  assert.equal(bodies.recallParts('first'), undefined);
  assert.ok(bodies.recallParts('third'));
});
