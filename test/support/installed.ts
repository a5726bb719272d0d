import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventually } from './eventually.ts';
import { finish, run } from './processes/process.ts';
import { json } from './processes/service.ts';
import { startLiveSources } from './upstreams/live-sources.ts';

/**
 * Asserts that a program outside of a checkout does what needs its files: the page, threads, word lists, a process of
 * checks.
 *
 * @param program the command, and its first arguments.
 * @param folder an empty folder.
 */
export async function assertComplete(
  t: TestContext,
  [program = '', ...first]: readonly string[],
  folder: string,
): Promise<void> {
  const { environment } = await startLiveSources(t);
  const env = { ...environment, DATA_DIR: `${folder}/data`, PORT: '0', REFRESH_INTERVAL: '1s' };
  const start = (args: readonly string[], more = {}) =>
    run(t, program, [...first, ...args], { env: { ...env, ...more }, cwd: folder });

  const serving = start(['serve']);
  const [, address = ''] = await serving.until(/listening on (http:\/\/[^"\s]+)/);
  for (const path of ['/', '/docs']) {
    const page = await (await fetch(`${address}${path}`)).text();
    const [, script = ''] = /src="(\/assets\/[^"]+)"/.exec(page) ?? [];
    assert.equal((await fetch(`${address}${script}`)).status, 200, page);
  }
  for (const path of ['/openapi.json', '/metrics', '/licenses.md'])
    assert.equal((await fetch(`${address}${path}`)).status, 200, path);
  await eventually('headlines were parsed in the thread, and scored', async () => {
    const { sentiment } = await json(fetch(`${address}/sources`));
    return sentiment.count > 0 && sentiment.headlines[0].because.length > 0;
  });
  const shown = await finish(start(['show', '--url', address]));
  // Whatever the answer is.
  assert.match(shown.output, /hour \(UTC\)/, shown.output);

  serving.child.kill('SIGTERM');
  await serving.ended;
  const diagnosed = await finish(start(['doctor']));
  assert.match(diagnosed.output, /The service would have an answer/);
  const scoring = start(['score']);
  scoring.child.stdin?.end('Bitcoin surges past\n');
  assert.deepEqual(await finish(scoring), { code: 0, output: '0.21\tpositive\tBitcoin surges past\n' });
  const exported = await finish(start(['export']));
  assert.match(exported.output, /^time,price,sentiment\n\d{4}-/);
}
