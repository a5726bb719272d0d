import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { command, startCommand } from '../support/processes/command.ts';
import { needsTerminal, onTerminal } from '../support/processes/terminal.ts';
import { needsRedis, plainClient, testRedis } from '../support/stores/redis.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { STORE_PLACES } from '../support/upstreams/places.ts';

const DAY_OF_SECONDS = `time,price\n${Array.from({ length: 100 }, (_, index) => `${1_704_067_200 + index},1\n`).join('')}`;
const TEN = ['--from', '2024-01-01T00:00:10Z', '--to', '2024-01-01T00:00:20Z'];

for (const { name, options, settings } of STORE_PLACES) {
  test(
    `delete removes a range from ${name} with an exclusive end, and prints the count`,
    options,
    async (t) => {
      const env = settings(t);
      await command(t, ['import', '-'], env, DAY_OF_SECONDS);
      const refused = await command(t, ['delete', ...TEN], env);
      assert.equal(refused.code, 64);
      assert.match(refused.stderr, /cannot ask for confirmation without a terminal/);
      const deleted = await command(t, ['delete', ...TEN, '--yes'], env);
      assert.deepEqual([deleted.code, deleted.stdout], [0, '10 samples deleted\n']);
      const kept = (await command(t, ['export'], env)).stdout;
      assert.equal(kept.split('\n').length, 92);
      assert.match(kept, /:09.000Z,1,\n2024-01-01T00:00:20.000Z/);
      assert.match((await command(t, ['delete', ...TEN, '--yes'], env)).stdout, /^0 samples deleted/);

      const mended = await command(t, ['import', '-'], env, DAY_OF_SECONDS.replaceAll(',1\n', ',2\n'));
      assert.match(mended.stdout, /^100 received: 10 added, 90 duplicates/);
      const all = await command(t, ['delete', '--from', 'oldest', '--to', 'now', '--yes'], env);
      assert.equal(all.stdout, '100 samples deleted\n');
    },
  );
}

test(
  'delete refuses, before anything is removed, while another program compacts a series',
  needsRedis,
  async (t) => {
    const { url, keyPrefix } = testRedis();
    const env = { REDIS_URL: url, KEY_PREFIX: keyPrefix };
    await command(t, ['import', '-'], env, 'time,price,sentiment\n1704067200,1,0.5\n');
    const client = await plainClient(t);
    for (const series of ['price', 'sentiment']) {
      const [key, target] = [`${keyPrefix}:${series}:mean:30s`, `${keyPrefix}:theirs:${series}`];
      await client.ts.create(target);
      await client.ts.createRule(key, target, 'AVG', 60_000);
      const refused = await command(t, ['delete', '--from', 'oldest', '--to', 'now', '--yes'], env);
      assert.equal(refused.code, 78, refused.stderr);
      assert.ok(refused.stderr.includes(`TS.DELETERULE ${key} ${target}`), refused.stderr);
      assert.equal(refused.stderr.trimEnd().split('\n').length, 1);
      await client.ts.deleteRule(key, target);
    }
    assert.match((await command(t, ['export'], env)).stdout, /,1,0\.5\n/);
    const deleted = await command(t, ['delete', '--from', 'oldest', '--to', 'now', '--yes'], env);
    assert.deepEqual([deleted.code, deleted.stdout], [0, '1 sample deleted\n']);
  },
);

test('delete needs both ends, and creates no store', async (t) => {
  const env = { DATA_DIR: join(temporaryFolder(t), 'data') };
  for (const args of [
    ['--yes'],
    ['--from', 'oldest', '--yes'],
    ['--to', 'now', '--yes'],
    [...TEN, '--yes', 'x'],
  ])
    assert.equal((await command(t, ['delete', ...args], env)).code, 64, `${args}`);
  assert.equal((await command(t, ['delete', ...TEN, '--yes'], env)).stdout, '0 samples deleted\n');
  assert.ok(!existsSync(env.DATA_DIR));
});

/** What a terminal sends for these keys. */
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

test('at a terminal it asks first, and accepts only yes', needsTerminal, async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  await command(t, ['import', '-'], env, DAY_OF_SECONDS);
  const ask = (text: string) => onTerminal(t, ['delete', ...TEN], env, { after: '[y/N]', text });
  for (const key of [CTRL_C, CTRL_D]) {
    const left = await ask(key);
    assert.match(left, /nothing was deleted/);
    assert.doesNotMatch(left, /Error/);
  }
  const declined = await ask('\n');
  assert.match(declined, /Delete 10 samples from 2024-01-01T00:00:10Z to 2024-01-01T00:00:20Z\? \[y\/N\]/);
  assert.match(declined, /nothing was deleted/);
  assert.match(await ask('yes\n'), /10 samples deleted/);
});

test('a backup is a complete store, and replaces no file', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const folder = temporaryFolder(t);
  const file = join(folder, 'samples.sqlite');
  await command(t, ['import', '-'], env, DAY_OF_SECONDS);
  const done = await command(t, ['backup', file], env);
  assert.deepEqual([done.code, done.stdout], [0, `store copied to ${file}\n`]);
  const exports = [env, { DATA_DIR: folder }].map((one) => command(t, ['export'], one));
  const [ours, copied] = await Promise.all(exports);
  assert.equal(copied?.stdout, ours?.stdout);
  assert.equal(ours?.stdout.split('\n').length, 102);

  writeFileSync(join(folder, 'mine'), 'mine');
  const taken = await command(t, ['backup', join(folder, 'mine')], env);
  assert.equal(taken.code, 73, taken.stderr);
  assert.match(taken.stderr, /mine already exists/);
  assert.equal(readFileSync(join(folder, 'mine'), 'utf8'), 'mine');
  const nowhere = join(folder, 'none', 'copy');
  const refused = await command(t, ['backup', nowhere], env);
  assert.equal(refused.code, 73);
  assert.ok(refused.stderr.includes(`${nowhere} cannot be written: ENOENT`), refused.stderr);
  assert.equal(
    (await command(t, ['backup', join(folder, 'new')], { DATA_DIR: join(folder, 'none') })).code,
    66,
  );
  assert.equal((await command(t, ['backup'], env)).code, 64);
});

test('an interrupted backup leaves no file', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const folder = temporaryFolder(t);
  const rows = Array.from({ length: 300_000 }, (_, index) => `${1_704_067_200 + index * 30},1\n`);
  await command(t, ['import', '-'], env, `time,price\n${rows.join('')}`);
  const { child, ended } = startCommand(t, ['backup', join(folder, 'copy')], env);
  await eventually('the copying began', () => readdirSync(folder).length > 0);
  child.kill('SIGINT');
  const [code, signal] = await ended;
  // The copy may have been whole already.
  assert.ok(code === 0 || code === 130, `exited ${code}, ${signal}`);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'copy'),
    [],
  );
});

test('an interrupted deletion or check says so', async (t) => {
  const folder = temporaryFolder(t);
  const env = { DATA_DIR: folder };
  // Their deletion takes about ten transactions.
  const rows = Array.from({ length: 300_000 }, (_, index) => `${1_704_067_200 + index * 30},1\n`);
  await command(t, ['import', '-'], env, `time,price\n${rows.join('')}`);
  using other = new DatabaseSync(join(folder, 'samples.sqlite'), { timeout: 0 });
  const oldest = () => other.prepare('SELECT min(time) AS time FROM sample').get()?.['time'];
  const begin = oldest();
  /** Takes the lock that the command then waits for, in one of the 5 ms between its transactions. */
  function takeLock(): void {
    for (const until = Date.now() + 5000; !other.isTransaction && Date.now() < until; ) {
      try {
        other.exec('BEGIN IMMEDIATE');
      } catch {
        // The command has it.
      }
    }
  }
  async function interrupt(args: readonly string[], hasBegun: (output: string) => boolean) {
    const { child, ended } = startCommand(t, args, env);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => {
        output += part;
      });
    await eventually('it began', () => hasBegun(output));
    takeLock();
    child.kill('SIGINT');
    assert.deepEqual(await ended, [130, null], output);
    other.exec('ROLLBACK');
    return output;
  }
  const deletion = await interrupt(
    ['delete', '--from', 'oldest', '--to', 'now', '--yes'],
    () => oldest() !== begin,
  );
  assert.match(deletion, /^is-bitcoin-lit: interrupted: some samples may already be deleted; run/);
  other.exec('UPDATE hour SET price_sum = 0; BEGIN IMMEDIATE');
  const repair = await interrupt(['check', '--repair'], (output) => output.includes('damaged'));
  assert.match(repair, /^damaged: .*^is-bitcoin-lit: interrupted\n$/ms);
});
