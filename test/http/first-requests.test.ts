import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connectRaw, requestFor } from '../support/clients/raw-client.ts';
import { readAnswer } from '../support/clients/strict-http.ts';
import { eventually } from '../support/eventually.ts';
import { serve } from '../support/processes/process.ts';
import { startTestService } from '../support/processes/service.ts';
import { needsRedis, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { TEXT_FILE } from '../support/web/built.ts';

/** Starts per route and store, alternately followed by 20 requests and by one. `STARTS=50` is the full size. */
const STARTS = Number(process.env['STARTS'] ?? 1);

/** Selects paths that contain this text. */
const ONLY = process.env['ROUTE'] ?? '';

/** Starts each service as a process, which takes longer. */
const IS_PROCESS = process.env['PROCESSES'] === '1';

/** The status of each route, and a text in its response. */
const ROUTES: readonly (readonly [path: string, status: number, text: RegExp])[] = [
  ['/is-bitcoin-lit', 200, /"simulated"\}$/],
  ['/live', 200, /^retry: \d+\n(: .*\n)?event: summary\nid: \S+\ndata: \{.*"simulated"\}\n\n$/],
  ['/history?from=-1d', 200, /^\{"from".*\}$/s],
  ['/v1/bitcoin.json', 200, /^\[\{"count".*\]$/],
  ['/sources', 200, /^\{.*\}$/s],
  ['/openapi.json', 200, /^\{"openapi":"3\.1\.0".*\}$/s],
  ['/docs', 200, /<\/html>/],
  [TEXT_FILE, 200, /preact/],
  ['/', 200, /<\/html>\s*$/],
  ['/health/live', 200, /^\{"status":"ok"\}$/],
  ['/health/ready', 200, /^\{"status":"ok","troubles":\[\]\}$/],
  ['/metrics', 200, /^process_resident_memory_bytes \d+$/m],
  ['/nothing', 404, /"not_found"/],
  ['/%zz', 400, /"bad_request"/],
  ['no HTTP', 400, /"malformed_request"/],
];

/**
 * Requests a route, and asserts that the response is complete HTTP.
 *
 * @returns whether it was the expected response. A service without processor time may respond with 503 instead.
 */
async function assertWhole(
  t: TestContext,
  address: string,
  [path, status, text]: (typeof ROUTES)[number],
): Promise<boolean> {
  const client = await connectRaw(t, address);
  const isStream = path === '/live';
  const request = isStream ? requestFor(path) : requestFor(path, 'Connection: close');
  client.socket.write(path.startsWith('/') ? request : `${path}\r\n\r\n`);
  const isEnough = (received: Buffer) => received.includes('\n\n\r\n') || received.includes('"status":503');
  const answer = readAnswer(await (isStream ? client.until(isEnough) : client.closed));
  client.socket.destroy();
  assert.equal(answer.rest.length, 0);
  if (answer.status === 503 && answer.headers.has('retry-after')) {
    assert.equal(JSON.parse(answer.body.toString()).status, 503);
    return false;
  }
  assert.equal(answer.status, status, path);
  assert.match(answer.body.toString(), text);
  assert.equal(answer.isWhole, !isStream);
  return true;
}

/** Starts a service with an existing store, and sends one or 20 requests. */
async function askFirst(
  t: TestContext,
  env: Record<string, string>,
  route: (typeof ROUTES)[number],
  clients: number,
): Promise<boolean[]> {
  const running = IS_PROCESS ? await serve(t, env) : undefined;
  const service = running ? undefined : await startTestService(t, env);
  const address = running?.address ?? service?.address ?? '';
  const given = await Promise.all(Array.from({ length: clients }, () => assertWhole(t, address, route)));
  await service?.stop();
  running?.child.kill('SIGKILL');
  await running?.ended;
  return given;
}

for (const [store, options] of [
  ['SQLite', {}],
  ['Redis', needsRedis],
] as const) {
  const settings = { ...options, timeout: 3_600_000 };
  test(`${store}: the first responses of each route after a start are complete`, settings, async (t) => {
    const { url, keyPrefix } = testRedis();
    const kept: Record<string, string> =
      store === 'Redis' ? { REDIS_URL: url, KEY_PREFIX: keyPrefix } : { DATA_DIR: temporaryFolder(t) };
    const env = { SOURCE: 'simulated', ...kept };
    const first = await startTestService(t, env);
    await eventually('it has an answer', async () => (await first.post()).status === 200);
    await first.stop();
    const given: boolean[] = [];
    let starts = 0;
    for (const route of ROUTES.filter(([path]) => path.includes(ONLY))) {
      await t.test(route[0], async (ofRoute) => {
        for (let start = 0; start < STARTS; start += 1) {
          starts += 1;
          given.push(...(await askFirst(ofRoute, env, route, start % 2 === 0 ? 20 : 1)));
        }
      });
    }
    const expected = given.filter((isExpected) => isExpected).length;
    t.diagnostic(`${starts} starts, ${expected} answers as expected, ${given.length - expected} times 503`);
    assert.ok(expected > given.length / 2);
  });
}
