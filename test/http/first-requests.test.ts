import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { serve } from '../support/process.ts';
import { connectRaw, requestFor } from '../support/raw-client.ts';
import { needsRedis, testRedis } from '../support/redis.ts';
import { startTestService } from '../support/service.ts';
import { readAnswer } from '../support/strict-http.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** How often a service is started for each route and store: `STARTS=50` is the full size. */
const STARTS = Number(process.env['STARTS'] ?? 2);

/** Whether each is a process of its own, which takes longer. */
const IS_PROCESS = process.env['PROCESSES'] === '1';

/** What each route answers, and a text in it. */
const ROUTES: readonly (readonly [path: string, status: number, text: RegExp])[] = [
  ['/is-bitcoin-lit', 200, /"simulated"\}$/],
  ['/live', 200, /^retry: \d+\n(: .*\n)?event: summary\nid: \S+\ndata: \{.*"simulated"\}\n\n$/],
  ['/history?from=-1d', 200, /^\{"from".*\}$/s],
  ['/v1/bitcoin.json', 200, /^\[\{"count".*\]$/],
  ['/sources', 200, /^\{.*\}$/s],
  ['/openapi.json', 200, /^\{"openapi":"3\.1\.0".*\}$/s],
  ['/docs', 200, /<\/html>/],
  ['/docs/static/swagger-ui.css', 200, /swagger-ui/],
  ['/', 200, /<\/html>\s*$/],
  ['/health/live', 200, /^\{"status":"ok"\}$/],
  ['/health/ready', 200, /^\{"status":"ok","troubles":\[\]\}$/],
  ['/metrics', 200, /^process_resident_memory_bytes \d+$/m],
  ['/nothing', 404, /"not_found"/],
  ['/%zz', 400, /"bad_request"/],
  ['no HTTP', 400, /"malformed_request"/],
];

async function assertWhole(t: TestContext, address: string, [path, status, text]: (typeof ROUTES)[number]) {
  const client = await connectRaw(t, address);
  const isStream = path === '/live';
  client.socket.write(
    path.startsWith('/')
      ? requestFor(path, ...(isStream ? [] : ['Connection: close']))
      : path.concat('\r\n\r\n'),
  );
  const bytes = await (isStream ? client.until((received) => received.includes('\n\n\r\n')) : client.closed);
  const answer = readAnswer(bytes);
  assert.equal(answer.status, status, path);
  assert.match(answer.body.toString(), text);
  assert.equal(answer.isWhole, !isStream);
  assert.equal(answer.rest.length, 0);
  client.socket.destroy();
}

for (const [store, options] of [
  ['SQLite', {}],
  ['Redis', needsRedis],
] as const) {
  test(`${store}: the first answer of each route after a start is whole, asked once or 20 times`, {
    ...options,
    timeout: 3_600_000,
  }, async (t) => {
    const { url, keyPrefix } = testRedis();
    const kept: Record<string, string> =
      store === 'Redis' ? { REDIS_URL: url, KEY_PREFIX: keyPrefix } : { DATA_DIR: temporaryFolder(t) };
    const env = { SOURCE: 'simulated', ...kept };
    const first = await startTestService(t, env);
    assert.equal((await first.post()).status, 200);
    await first.stop();
    let starts = 0;
    for (const route of ROUTES) {
      for (let start = 0; start < STARTS; start += 1) {
        const running = IS_PROCESS ? await serve(t, env) : undefined;
        const service = running ? undefined : await startTestService(t, env);
        const address = running?.address ?? service?.address ?? '';
        const clients = start % 2 === 0 ? 1 : 20;
        await Promise.all(Array.from({ length: clients }, () => assertWhole(t, address, route)));
        await service?.stop();
        running?.child.kill('SIGKILL');
        await running?.ended;
        starts += 1;
      }
    }
    t.diagnostic(`${starts} starts`);
  });
}
