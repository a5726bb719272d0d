import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { createWrongTokens } from '../../../src/http/limits/wrong-tokens.ts';
import { json, startTestService } from '../../support/processes/service.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const TOKEN = 'a-long-enough.token';

type Headers = Record<string, string>;

/** `POST /refresh` with exactly these headers, including `Host`. */
async function post(
  address: string,
  headers: Headers,
): Promise<{ status: number; code: string | undefined }> {
  const sent = request(new URL('/refresh', address), { method: 'POST', headers });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { code } = JSON.parse(await text(response));
  return { status: response.statusCode ?? 0, code };
}

/** [description, headers, whether it is accepted]; `@` stands for the host and port of the service. */
const CASES: readonly [string, Headers, boolean][] = [
  ['curl', {}, true],
  ['a page of the service', { 'sec-fetch-site': 'same-origin', origin: 'http://@' }, true],
  [
    'the same, behind a proxy that rewrites Host',
    { 'sec-fetch-site': 'same-origin', origin: 'https://lit.example' },
    true,
  ],
  ['typed into the address bar', { 'sec-fetch-site': 'none' }, true],
  ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
  ['the same, that hides its origin', { 'sec-fetch-site': 'cross-site' }, false],
  ['the same, that calls itself ours', { 'sec-fetch-site': 'cross-site', origin: 'http://@' }, false],
  [
    'a page of another host of the site',
    { 'sec-fetch-site': 'same-site', origin: 'https://blog.lit.example' },
    false,
  ],
  ['a value of a later standard', { 'sec-fetch-site': 'same-planet' }, false],
  ['an older browser, on our page', { origin: 'http://@' }, true],
  ['an older browser, on another page', { origin: 'http://evil.example' }, false],
  ['… of another port of the host', { origin: 'http://127.0.0.1:1' }, false],
  ['… of a host that begins as ours', { origin: 'http://@.evil.example' }, false],
  ['… of a file or a sandboxed frame', { origin: 'null' }, false],
  ['… of nonsense', { origin: 'http://' }, false],
  [
    'a default port that one side leaves out',
    { host: 'lit.example:443', origin: 'https://lit.example' },
    true,
  ],
  ['a host in capitals', { host: 'LIT.example', origin: 'http://lit.example' }, true],
  ['another host than the one that is asked', { host: 'lit.example', origin: 'http://@' }, false],
  [
    'what a proxy nobody trusts says',
    { 'x-forwarded-host': 'evil.example', origin: 'http://evil.example' },
    false,
  ],
];

test('without a token, pages of other origins cannot start a refresh', async (t) => {
  const upstream = await startUpstream(t, '[]');
  const { address } = await startTestService(t, { SENTICRYPT_URL: upstream.url });
  const { host } = new URL(address);
  for (const [name, headers, passes] of CASES) {
    const before = upstream.requests();
    const own = Object.fromEntries(
      Object.entries(headers).map(([key, value]) => [key, value.replace('@', host)]),
    );
    const { status, code } = await post(address, own);
    const expected = passes ? [200, undefined, 1] : [403, 'cross_site', 0];
    assert.deepEqual([status, code, upstream.requests() - before], expected, name);
  }
});

test('behind a trusted proxy that rewrites Host, X-Forwarded-Host counts', async (t) => {
  const upstream = await startUpstream(t, '[]');
  const { address } = await startTestService(t, { SENTICRYPT_URL: upstream.url, TRUST_PROXY: '127.0.0.1' });
  const forwarded = { 'x-forwarded-host': 'lit.example' };
  assert.equal((await post(address, { ...forwarded, origin: 'http://lit.example' })).status, 200);
  assert.equal((await post(address, { ...forwarded, origin: 'http://evil.example' })).status, 403);
});

test('with a token, only the token counts, not the origin', async (t) => {
  const upstream = await startUpstream(t, '[]');
  const env = { SENTICRYPT_URL: upstream.url, REFRESH_TOKEN: TOKEN };
  const { address } = await startTestService(t, env);
  const far = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  assert.equal((await post(address, far)).status, 401);
  assert.equal((await post(address, { ...far, authorization: `Bearer ${TOKEN}` })).status, 200);
});

test('wrong tokens block their address for a minute, and no other', async (t) => {
  let now = NOW;
  const upstream = await startUpstream(t, '[]');
  const env = { SENTICRYPT_URL: upstream.url, REFRESH_TOKEN: TOKEN, TRUST_PROXY: '127.0.0.1' };
  const service = await startTestService(t, env, () => now);
  const show = (token: string, from: string) =>
    service.post('/refresh', { authorization: `Bearer ${token}`, 'x-forwarded-for': from });
  for (let count = 0; count < 10; count += 1) {
    assert.equal((await show(TOKEN, '2001:db8::1')).status, 200, 'right ones do not count');
    assert.equal((await show(`${TOKEN}${count}`, '2001:db8::1')).status, 401);
  }
  now += 20_000;
  for (const token of ['wrong', TOKEN]) {
    const refused = await show(token, '2001:db8::2');
    assert.equal(refused.status, 429, 'another address of its network');
    assert.equal(refused.headers.get('retry-after'), '40');
    assert.equal((await json(refused)).code, 'too_many_wrong_tokens');
  }
  assert.equal((await show(TOKEN, '10.0.0.1')).status, 200);
  assert.equal(
    (await service.post('/refresh', { 'x-forwarded-for': '2001:db8::1' })).status,
    401,
    'no token',
  );
  now += 40_000;
  assert.equal((await show(TOKEN, '2001:db8::1')).status, 200);
  assert.equal((await show('wrong', '2001:db8::1')).status, 401);
});

test('wrong tokens of many addresses take limited memory; a clock set back ends a block', () => {
  const tokens = createWrongTokens();
  const showWrong = (address: string, now: number) => {
    for (let count = 0; count < 10; count += 1) tokens.add(address, now);
  };
  showWrong('first', NOW);
  assert.equal(tokens.waitMs('first', NOW + 1), 59_999);
  assert.equal(tokens.waitMs('first', NOW - 1), 0);
  for (let index = 0; index < 9_999; index += 1) showWrong(`address ${index}`, NOW);
  assert.equal(tokens.waitMs('first', NOW), 60_000);
  showWrong('one more', NOW);
  assert.equal(tokens.waitMs('first', NOW), 0, 'the oldest made room');
  assert.equal(tokens.waitMs('one more', NOW), 60_000);
});
