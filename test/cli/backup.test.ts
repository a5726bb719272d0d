import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openToChange } from '../../src/bootstrap/open-store.ts';
import { readConfig } from '../../src/config/config.ts';
import { WIDTHS } from '../../src/domain/time/bucket-width.ts';
import { bucketsOf } from '../contracts/history.ts';
import { command } from '../support/processes/command.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { STORE_PLACES } from '../support/upstreams/places.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const EVER = { from: START - 500 * DAY, to: START + 40 * DAY };
const { signal } = new AbortController();

/** An import keeps samples from being trimmed for less than this. */
const HOLD_MS = 600_000;

const SAMPLES = Array.from({ length: 1440 }, (_, index) => ({
  time: START + index * 600_000,
  price: 30_000 + ((index * 7919) % 1009) / 7,
  ...(index % 3 > 0 && { sentiment: ((index * 31) % 199) / 100 - 0.99 }),
}));

type Environment = Readonly<Record<string, string>>;

/** A store with samples, trimmed hours, and the state of sources. */
async function fill(env: Environment): Promise<void> {
  const { store, stateStore } = await openToChange(readConfig({ ...env }));
  await using _ = store;
  await store.append(SAMPLES, signal);
  await stateStore.write('prices', '{"a":1}');
  await stateStore.changeHeadlines({ keep: new Map([['key', '{"title":"比特币 “up”"}']]), forget: [] });
  await store.trim(START + 3 * DAY, Date.now(), signal);
}

/** Everything that a store has. */
async function contentOf(env: Environment) {
  const { store, stateStore } = await openToChange(readConfig({ ...env }));
  await using _ = store;
  const samples: unknown[] = [];
  for await (const slice of store.range(EVER)) samples.push(...slice);
  await store.repair(signal);
  return {
    samples,
    hours: await bucketsOf(store, EVER, WIDTHS['1h']),
    days: await bucketsOf(store, EVER, WIDTHS['1d']),
    rawSince: await store.rawSince(),
    oldest: await store.oldest(),
    state: await stateStore.read('prices'),
    headlines: await stateStore.headlines(undefined),
  };
}

async function backUp(t: TestContext, env: Environment): Promise<string> {
  const file = join(temporaryFolder(t), 'backup');
  const { code, stdout, stderr } = await command(t, ['backup', file], env);
  assert.deepEqual([code, stdout, stderr], [0, `store copied to ${file}\n`, '']);
  return file;
}

for (const { name, options, settings } of STORE_PLACES) {
  test(`a restored backup from ${name} is the same to the last digit`, options, async (t) => {
    const [from, to] = [settings(t), settings(t)];
    await fill(from);
    const before = await contentOf(from);
    assert.ok(before.samples.length > 0 && before.samples.length < SAMPLES.length);
    const file = await backUp(t, from);
    const restored = await command(t, ['restore', file], to);
    assert.deepEqual([restored.code, restored.stdout], [0, `store restored from ${file}\n`], restored.stderr);
    assert.deepEqual(await contentOf(to), before);
    assert.equal((await command(t, ['check'], to)).code, 0);
    assert.deepEqual(await contentOf(from), before, 'the store itself is not changed');
  });

  test(`${name}: a restore into a store with samples is refused`, options, async (t) => {
    const [from, to] = [settings(t), settings(t)];
    await fill(from);
    const file = await backUp(t, from);
    await command(t, ['import', '-'], to, 'time,price\n2026-02-01T00:00:00Z,5\n');
    const refused = await command(t, ['restore', file], to);
    assert.deepEqual([refused.code, refused.stdout], [73, '']);
    assert.match(refused.stderr, /already holds samples/);
    assert.match(
      (await command(t, ['export'], to)).stdout,
      /^time,price,sentiment\n2026-02-01T00:00:00\S*Z,5,\n$/,
    );
  });

  test(`${name}: a damaged backup is refused, and nothing is restored`, options, async (t) => {
    const [from, to] = [settings(t), settings(t)];
    await fill(from);
    const file = await backUp(t, from);
    const bytes = readFileSync(file);
    for (const [what, part] of [
      ['cut', bytes.subarray(0, bytes.length - 5000)],
      ['empty', Buffer.alloc(0)],
      ['other', Buffer.from('time,price\n')],
    ] as const) {
      const other = `${file}-${what}`;
      writeFileSync(other, part.length > 0 || what !== 'cut' ? part : bytes.subarray(0, bytes.length / 2));
      const refused = await command(t, ['restore', other], to);
      assert.equal(refused.code, 65, `${what}: ${refused.stderr}`);
      assert.match(refused.stderr, /backup/);
    }
    assert.equal((await command(t, ['restore', `${file}-missing`], to)).code, 66);
    assert.equal((await command(t, ['export'], to)).stdout.split('\n').length, 2);
    assert.equal((await command(t, ['restore'], to)).code, 64);
  });

  test(`${name}: a backup never replaces a file`, options, async (t) => {
    const from = settings(t);
    await fill(from);
    const file = join(temporaryFolder(t), 'there');
    writeFileSync(file, 'mine');
    const { code, stderr } = await command(t, ['backup', file], from);
    assert.equal(code, 73);
    assert.match(stderr, /already exists/);
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    assert.ok(!existsSync(`${file}-wal`));
  });

  test(`${name}: samples older than RETENTION are imported only on request`, options, async (t) => {
    const env = { ...settings(t), RETENTION: '30d' };
    const old = new Date(Date.now() - 40 * DAY).toISOString();
    const recent = new Date(Date.now() - DAY).toISOString();
    const input = `time,price\n${recent},7\n${old},5\n`;
    const refused = await command(t, ['import', '-'], env, input);
    assert.equal(refused.code, 65);
    assert.match(refused.stdout, /^1 received: 1 added/);
    assert.match(
      refused.stderr,
      /a sample at \S+ is older than RETENTION \(samples before \S+T00:00:00Z are deleted\)\. .*--keep-older/,
    );
    const kept = await command(t, ['import', '--keep-older', '-'], env, input);
    assert.deepEqual(
      [kept.code, kept.stdout.split('\n')[0]],
      [0, '2 received: 1 added, 1 duplicates, 0 rejected'],
      kept.stderr,
    );

    await using stack = new AsyncDisposableStack();
    const { store } = await openToChange(readConfig({ ...env }));
    stack.use(store);
    const cut = Math.floor((Date.now() - 30 * DAY) / DAY) * DAY;
    assert.ok((await store.trim(cut, Date.now() + HOLD_MS, signal)) > 0);
    const raw = await command(t, ['export'], env);
    assert.match(raw.stderr, /the samples before .* were deleted \(RETENTION\): use --bucket 1h/);
    assert.equal(raw.stdout.split('\n').length, 3);
    const fine = await command(t, ['export', '--bucket', '5m'], env);
    assert.equal(fine.code, 64);
    assert.match(fine.stderr, /the finest --bucket is 1h/);
    const hours = await command(t, ['export', '--bucket', '1h'], env);
    assert.equal(hours.stdout.split('\n').length, 4);
    // A later process knows it from the store, without the setting.
    const { RETENTION, ...without } = env;
    const again = await command(t, ['import', '-'], without, `time,price\n${old},5\n`);
    assert.equal(again.code, 65, RETENTION);
    const deleted = await command(t, ['delete', '--from', 'oldest', '--to', 'now', '--yes'], without);
    assert.equal(deleted.stdout, '1 sample deleted\n');
    assert.equal((await command(t, ['export', '--bucket', '1d'], without)).stdout.split('\n').length, 2);
  });
}
