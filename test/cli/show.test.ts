import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { freePort } from '../../scripts/redis/start.ts';
import { cli, finish, serve } from '../support/processes/process.ts';
import { needsRedis, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';

const HOUR = 3_600_000;

/** Three hours that end now, from a local upstream. */
async function upstreamOf(t: TestContext, ...[first, second]: [price: number, sentiment: number | null][]) {
  const now = Date.now();
  const hours = [
    snapshot(now - 2 * HOUR, first?.[0], first?.[1]),
    snapshot(now - 100, second?.[0], second?.[1]),
  ];
  return startUpstream(t, JSON.stringify(hours));
}

const show = (t: TestContext, env: Record<string, string>, ...args: string[]) =>
  finish(cli(t, ['show', ...args], env));

/** A folder that one pass has filled, without a service, and the settings to read it. */
async function filled(t: TestContext, env: Record<string, string>) {
  const settings = { DATA_DIR: join(temporaryFolder(t), 'data'), PORT: String(await freePort()), ...env };
  const { code, output } = await finish(cli(t, ['refresh'], settings));
  assert.equal(code, 0, output);
  return settings;
}

for (const [what, code, headline, first, second] of [
  ['lit', 0, /^Bitcoin is lit$/m, [10, 0.1], [20, 0.2]],
  ['not lit', 1, /^Bitcoin is not lit$/m, [10, 0.1], [20, 0.05]],
  ['unknown', 2, /^Not enough data to tell whether Bitcoin is lit$/m, [10, null], [20, 0.2]],
] as const) {
  test(`exits ${code} if ${what}, from the service and from the store`, async (t) => {
    const upstream = await upstreamOf(t, [...first], [...second]);
    const settings = await filled(t, { SENTICRYPT_URL: upstream.url });
    const fromStore = await show(t, settings);
    assert.equal(fromStore.code, code, fromStore.output);
    assert.match(fromStore.output, /no service answers at http:\/\/127\.0\.0\.1:\d+; reading the store/);
    const service = await serve(t, settings);
    const fromService = await show(t, settings, '--url', service.address);
    assert.equal(fromService.code, code, fromService.output);
    assert.doesNotMatch(fromService.output, /no service/);
    assert.match(fromService.output, headline);
    assert.match(fromService.output, /price rising ↑/);
    const json = await show(t, settings, '--url', `${service.address}/`, '--json');
    assert.deepEqual(
      JSON.parse(json.output),
      await (await fetch(`${service.address}/is-bitcoin-lit`)).json(),
    );
  });
}

for (const [what, headline, first, second] of [
  ['lit', /^Bitcoin was lit \(as of \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/m, [10, 0.1], [20, 0.2]],
  ['not lit', /^Bitcoin was not lit \(as of .* UTC\)$/m, [10, 0.1], [20, 0.05]],
  ['unknown', /^Not enough data to tell whether Bitcoin was lit \(as of .* UTC\)$/m, [10, null], [20, 0.2]],
] as const) {
  test(`exits 2 if stale, in the past tense: ${what}`, async (t) => {
    const upstream = await upstreamOf(t, [...first], [...second]);
    const settings = await filled(t, { SENTICRYPT_URL: upstream.url });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const { code, output } = await show(t, { ...settings, STALE_AFTER: '1s' });
    assert.equal(code, 2, output);
    assert.match(output, headline);
    assert.match(output, /STALE/);
    assert.doesNotMatch(output, /Bitcoin is|price rising/);
  });
}

test('reads the store without creating anything', async (t) => {
  const folder = temporaryFolder(t);
  const port = String(await freePort());
  const nothing = await show(t, { DATA_DIR: join(folder, 'data'), PORT: port });
  assert.equal(nothing.code, 3);
  assert.match(nothing.output, /the store holds no samples/);
  assert.deepEqual(readdirSync(folder), []);

  const settings = await filled(t, { SOURCE: 'simulated' });
  const before = readdirSync(settings.DATA_DIR);
  assert.ok([0, 1].includes((await show(t, settings)).code ?? -1));
  assert.deepEqual(readdirSync(settings.DATA_DIR), before);
});

test('reading creates nothing on Redis either', needsRedis, async (t) => {
  const { url, keyPrefix } = testRedis();
  const { connectPlain } = await import('../support/stores/redis.ts');
  const client = await connectPlain();
  t.after(() => client.destroy());
  const { code } = await show(t, { REDIS_URL: url, KEY_PREFIX: keyPrefix, PORT: String(await freePort()) });
  assert.equal(code, 3);
  assert.deepEqual(await client.keys(`${keyPrefix}*`), []);
});

test('no failure exits with 0 or 1', async (t) => {
  const port = String(await freePort());
  const dead = `http://127.0.0.1:${await freePort()}`;
  const someone = await startUpstream(t, '{"is_lit": true, "stale": false}');
  const garbled = await startUpstream(t, (_request, response) => {
    response.writeHead(200, { 'data-source': 'senticrypt' }).end('{"is_lit": true}');
  });
  const silent = await startUpstream(t, () => undefined);
  const folder = temporaryFolder(t);
  const notADatabase = join(folder, 'samples.sqlite');
  writeFileSync(notADatabase, 'not a database at all, but long enough to look at. '.repeat(40));
  const cases: readonly [code: number, env: Record<string, string>, ...args: string[]][] = [
    [3, {}, '--url', dead],
    [3, {}, '--url', new URL('/', someone.url).href],
    [3, {}, '--url', new URL('/', garbled.url).href],
    [3, {}, '--url', new URL('/', silent.url).href],
    [3, { REDIS_URL: `redis://127.0.0.1:${await freePort()}` }],
    [64, {}, '--url', 'ftp://127.0.0.1'],
    [64, {}, '--url', 'nonsense'],
    [64, {}, '--url'],
    [64, {}, '--nonsense'],
    [64, {}, 'nonsense'],
    [78, { PORT: 'x' }],
    [78, { DATA_DIR: folder }],
  ];
  await Promise.all(
    cases.map(async ([expected, env, ...args]) => {
      const { code, output } = await show(t, { PORT: port, DATA_DIR: join(folder, 'none'), ...env }, ...args);
      assert.equal(code, expected, `${args}: ${output}`);
    }),
  );
});
