import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { HistoryBucket } from '../../src/domain/bucket.ts';
import type { Sample } from '../../src/domain/sample.ts';
import { WIDTHS } from '../../src/domain/time/bucket-width.ts';
import { openSqliteToCheck } from '../../src/stores/sqlite/check/check.ts';
import { openSqlite } from '../../src/stores/sqlite/open.ts';
import { assertSameBuckets, bucketsOf } from '../contracts/history.ts';
import { command } from '../support/processes/command.ts';
import { finish, run } from '../support/processes/process.ts';
import { PROGRAM } from '../support/processes/program.ts';
import { temporaryFolder } from '../support/temporary.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);
const EVER = { from: START - 40 * DAY, to: START + 40 * DAY };
const PAGE = 4096;
const { signal } = new AbortController();

/** Twenty days of every two minutes. */
const SAMPLES: readonly Sample[] = Array.from({ length: 14_400 }, (_, index) => ({
  time: START + index * 120_000,
  price: 30_000 + ((index * 7919) % 1009) / 7,
  ...(index % 3 > 0 && { sentiment: ((index * 31) % 199) / 100 - 0.99 }),
}));

async function openStore(path: string) {
  const opened = await openSqlite({ path, access: 'write' });
  if (!opened) throw new Error('it is created');
  return opened;
}

interface Content {
  readonly samples: readonly Sample[];
  readonly hours: readonly HistoryBucket[];
  readonly days: readonly HistoryBucket[];
  readonly state: string | undefined;
  readonly rawSince: number | undefined;
}

async function contentOf(path: string): Promise<Content> {
  const { store, stateStore } = await openStore(path);
  await using _ = store;
  await store.repair(signal);
  const samples: Sample[] = [];
  for await (const slice of store.range(EVER)) samples.push(...slice);
  const [hours, days] = [
    await bucketsOf(store, EVER, WIDTHS['1h']),
    await bucketsOf(store, EVER, WIDTHS['1d']),
  ];
  const state = await stateStore.read('prices');
  return { samples, hours, days, state, rawSince: await store.rawSince() };
}

async function newStore(t: TestContext, trimmedDays = 0): Promise<string> {
  const path = join(temporaryFolder(t), 'samples.sqlite');
  const { store, stateStore } = await openStore(path);
  await store.append(SAMPLES, signal);
  await stateStore.write('prices', '{"a":1}');
  if (trimmedDays > 0) await store.trim(START + trimmedDays * DAY, Date.now(), signal);
  await store[Symbol.asyncDispose]();
  return path;
}

function inside(path: string, sql: string): void {
  using database = new DatabaseSync(path);
  database.exec(sql);
}

/** The number of a page in the middle of a table. */
function pageOf(path: string, table: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  const pages = database
    .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno")
    .all(table)
    .map(({ pageno }) => Number(pageno));
  const page = pages[Math.floor(pages.length / 2)];
  if (page === undefined) throw new Error(`${table} has no page`);
  return page;
}

function flipBits(path: string, at: number, length: number): void {
  const file = openSync(path, 'r+');
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, at);
  for (let index = 0; index < length; index += 1) bytes[index] = (bytes[index] ?? 0) ^ 0xff;
  writeSync(file, bytes, 0, length, at);
  closeSync(file);
}

const breakPage = (table: string) => (path: string) => flipBits(path, (pageOf(path, table) - 1) * PAGE, 200);

interface Case {
  readonly name: string;
  readonly damage: (path: string) => void;
  readonly named: RegExp;
  /** How many of the samples at least can be read; by default all. */
  readonly least?: number;
  readonly trimmedDays?: number;
  /** Whether averages are compared although samples are missing. */
  readonly keepsAverages?: boolean;
  /** Whether something is lost that nothing else gives. */
  readonly loses?: boolean | 'perhaps';
}

const WHOLE = SAMPLES.length;

const CASES: readonly Case[] = [
  {
    name: 'cut in half',
    damage: (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
    named: /invalid page number|malformed/,
    least: WHOLE * 0.3,
    loses: 'perhaps',
  },
  {
    name: 'cut within a page',
    damage: (path) => truncateSync(path, statSync(path).size - 3 * PAGE - 100),
    named: /invalid page number|malformed/,
    least: WHOLE * 0.8,
    loses: 'perhaps',
  },
  {
    name: 'flipped bits in a page of samples',
    damage: breakPage('sample'),
    named: /Tree|page|malformed/,
    least: WHOLE - 300,
    loses: true,
  },
  { name: 'flipped bits in a page of hours', damage: breakPage('hour'), named: /Tree|page|malformed/ },
  {
    name: 'flipped bits in a page of trimmed hours',
    damage: breakPage('hour'),
    named: /Tree|page|malformed/,
    trimmedDays: 15,
    least: 1,
    loses: true,
  },
  {
    name: 'no table of hours',
    damage: (path) => inside(path, 'DROP TABLE hour'),
    named: /the table hour is missing/,
  },
  {
    name: 'no trigger',
    damage: (path) =>
      inside(path, 'DROP TRIGGER sample_insert; INSERT INTO sample VALUES (1767571200001, 5, NULL)'),
    named: /the trigger sample_insert is missing/,
    least: WHOLE + 1,
  },
  {
    name: 'another trigger',
    damage: (path) =>
      inside(
        path,
        'DROP TRIGGER sample_delete; CREATE TRIGGER sample_delete AFTER DELETE ON sample BEGIN SELECT 1; END',
      ),
    named: /the trigger sample_delete has another definition/,
  },
  {
    name: 'missing hours',
    damage: (path) => inside(path, `DELETE FROM hour WHERE start < ${START + DAY}`),
    named: /hours that do not match their samples: 24; the first is 2026-01-05T00:00:00Z/,
  },
  {
    name: 'wrong hours',
    damage: (path) => inside(path, 'UPDATE hour SET price_sum = price_sum * 1.001'),
    named: /hours that do not match their samples: 480;/,
  },
  {
    name: 'hours of samples that are not there',
    damage: (path) =>
      inside(
        path,
        `UPDATE hour SET price_count = price_count + 1; INSERT INTO hour SELECT ${START - DAY}, price_sum, price_count, price_min, price_max, 0, 0 FROM hour LIMIT 1`,
      ),
    named: /hours with more samples than are stored, left unchanged: 481;/,
    least: 1,
    loses: true,
  },
  {
    name: 'wrong days',
    damage: (path) => inside(path, 'UPDATE day SET sentiment_count = 7'),
    named: /days that do not match their hours: 20;/,
  },
  {
    name: 'wrong trimmed days',
    damage: (path) => inside(path, 'UPDATE day SET price_min = 7'),
    named: /days that do not match their hours: 20;/,
    trimmedDays: 5,
    least: 1,
  },
  {
    name: 'a change that never ends',
    damage: (path) => inside(path, 'INSERT INTO own_change VALUES (1)'),
    named: /changes by other programs are not noticed/,
  },
  {
    name: 'another table of samples',
    damage: (path) => inside(path, 'ALTER TABLE sample ADD COLUMN more TEXT'),
    named: /the table sample has another definition/,
  },
  {
    name: 'another table of hours',
    damage: (path) => inside(path, 'ALTER TABLE hour RENAME COLUMN price_sum TO price_total'),
    named: /the table hour has another definition; --repair copies/,
  },
  {
    name: 'no table of what was trimmed',
    damage: (path) => inside(path, 'DROP TABLE retention'),
    named: /the table retention is missing/,
    trimmedDays: 5,
    least: 1,
    keepsAverages: true,
  },
];

for (const each of CASES) {
  const { name, damage, named, least = WHOLE, trimmedDays = 0, loses = false } = each;
  const { keepsAverages = least === WHOLE } = each;
  test(`a file with damage is named and repaired: ${name}`, async (t) => {
    const path = await newStore(t, trimmedDays);
    const before = await contentOf(path);
    const env = { DATA_DIR: dirname(path) };
    const intact = await command(t, ['check'], env);
    assert.deepEqual([intact.code, intact.stdout.split(':')[0]], [0, 'ok'], intact.stdout);

    damage(path);
    const found = await command(t, ['check'], env);
    assert.equal(found.code, 3, found.stdout + found.stderr);
    assert.match(found.stdout, named);
    const copy = `${path}-copy`;
    copyFileSync(path, copy);
    const repaired = await command(t, ['check', '--repair'], env);
    const isLost = /^still damaged: .*(samples than are stored|lost some of their hours)/m.test(
      repaired.stdout,
    );
    if (loses !== 'perhaps') assert.equal(isLost, loses, repaired.stdout);
    assert.equal(repaired.code, isLost ? 3 : 0, repaired.stdout + repaired.stderr);
    assert.doesNotMatch(repaired.stdout, /still damaged: .*(malformed|Tree|not match)/);

    const after = await contentOf(path);
    assert.ok(after.samples.length >= least, `${after.samples.length} samples are left`);
    const known = new Map(before.samples.map((sample) => [sample.time, sample]));
    for (const sample of after.samples) {
      if (known.has(sample.time)) assert.deepEqual(sample, known.get(sample.time));
    }
    assert.equal(after.state, before.state);
    if (!keepsAverages) return;
    assert.equal(after.rawSince, before.rawSince);
    assertSameBuckets(after.hours, before.hours, 'hours');
    assertSameBuckets(after.days, before.days, 'days');
  });
}

test('averages outlive a damaged page of their samples, and the damaged file stays', async (t) => {
  const path = await newStore(t);
  const before = await contentOf(path);
  breakPage('sample')(path);
  const repaired = await command(t, ['check', '--repair'], { DATA_DIR: dirname(path) });
  assert.match(repaired.stdout, /still damaged: hours with more samples than are stored/);
  const after = await contentOf(path);
  assert.ok(after.samples.length < WHOLE);
  assertSameBuckets(after.hours, before.hours, 'hours');
  assertSameBuckets(after.days, before.days, 'days');
  const names = readdirSync(dirname(path));
  assert.ok(
    names.some((name) => name.startsWith(`${basename(path)}.damaged-`)),
    `${names}`,
  );
});

/** Cuts a file within its last page. */
const cut = (path: string) => truncateSync(path, statSync(path).size - 100);

test('a repair of a file that was cut keeps the samples of its log', async (t) => {
  const written = await newStore(t);
  const path = join(temporaryFolder(t), basename(written));
  {
    using database = new DatabaseSync(written);
    database.exec(`PRAGMA wal_autocheckpoint = 0; INSERT INTO sample VALUES (${START + 1}, 5, NULL)`);
    // As a killed process leaves them.
    for (const ending of ['', '-wal']) copyFileSync(`${written}${ending}`, `${path}${ending}`);
  }
  cut(path);
  const repaired = await command(t, ['check', '--repair'], { DATA_DIR: dirname(path) });
  assert.match(repaired.stdout, /^repaired: copied/m);
  const { samples } = await contentOf(path);
  assert.deepEqual(samples.slice(0, 2), [SAMPLES[0], { time: START + 1, price: 5 }]);
});

test('a repair keeps samples of the future', async (t) => {
  const path = await newStore(t);
  const later = { time: Date.now() + 400 * DAY, price: 5 };
  inside(path, `INSERT INTO sample VALUES (${later.time}, ${later.price}, NULL)`);
  breakPage('sample')(path);
  await command(t, ['check', '--repair'], { DATA_DIR: dirname(path) });
  const { store } = await openStore(path);
  await using _ = store;
  const samples: Sample[] = [];
  for await (const slice of store.range({ from: later.time, to: later.time + 1 })) samples.push(...slice);
  assert.deepEqual(samples, [later]);
});

test('a repair follows a link, and leaves it', async (t) => {
  const path = await newStore(t);
  const link = join(temporaryFolder(t), basename(path));
  symlinkSync(path, link);
  breakPage('hour')(path);
  const repaired = await command(t, ['check', '--repair'], { DATA_DIR: dirname(link) });
  assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
  assert.deepEqual(
    readdirSync(dirname(link)).filter((name) => !name.includes('serving')),
    [basename(link)],
  );
  assert.equal(realpathSync(link), path);
  assert.equal((await contentOf(path)).samples.length, WHOLE);
});

test('a repair for which the disk has no room changes nothing', async (t) => {
  const path = await newStore(t);
  breakPage('hour')(path);
  const before = readFileSync(path);
  // No file may get longer than two hundred kilobytes.
  const script = 'trap "" XFSZ; ulimit -f 200 && exec "$0" "$1" check --repair';
  const limited = run(t, 'bash', ['-c', script, process.execPath, PROGRAM], {
    env: { DATA_DIR: dirname(path) },
  });
  const { code, output } = await finish(limited);
  assert.equal(code, 75, output);
  assert.match(output, /the file cannot be repaired: .*(full|disk)/);
  assert.deepEqual(readFileSync(path), before);
  assert.deepEqual(
    readdirSync(dirname(path)).filter((name) => /repaired|damaged|whole/.test(name)),
    [],
  );
});

test('a repair waits for another writer, and is to be tried again if that takes long', async (t) => {
  const path = await newStore(t);
  inside(path, `DELETE FROM hour WHERE start < ${START + DAY}`);
  using writer = new DatabaseSync(path);
  writer.exec('BEGIN IMMEDIATE');
  const repair = () => command(t, ['check', '--repair'], { DATA_DIR: dirname(path) });
  const refused = await repair();
  assert.equal(refused.code, 75, refused.stderr);
  assert.equal(
    refused.stderr,
    'is-bitcoin-lit: the store is locked by another process: database is locked\n',
  );
  const repaired = repair();
  await setTimeout(2000);
  writer.exec('COMMIT');
  assert.equal((await repaired).code, 0, (await repaired).stdout);
});

test('trimmed hours and days are not recomputed by a repair', async (t) => {
  const path = await newStore(t, 15);
  const before = await contentOf(path);
  // Their days are all that is left of these hours.
  inside(path, `DELETE FROM hour WHERE start < ${START + DAY}`);
  const store = openSqliteToCheck(path);
  const found = await store?.check(signal);
  assert.deepEqual(
    found?.damages.map(({ kind }) => kind),
    ['lost'],
  );
  await store?.repair(found?.damages ?? [], signal);
  const after = await contentOf(path);
  assert.deepEqual(after.days, before.days);
  assert.deepEqual(after.hours, before.hours.slice(24));
});

test('a file that cannot be opened at all is named, and stays', async (t) => {
  for (const damage of [
    (path: string) => flipBits(path, 0, 100),
    (path: string) => truncateSync(path, 1000),
  ]) {
    const path = await newStore(t);
    damage(path);
    const size = statSync(path).size;
    const found = await command(t, ['check', '--repair'], { DATA_DIR: dirname(path) });
    assert.equal(found.code, 3, found.stdout + found.stderr);
    assert.match(found.stdout, /restore a backup/);
    assert.doesNotMatch(found.stdout, /^ok/m);
    assert.equal(statSync(path).size, size);
  }
});

test('without a store there is nothing to check', async (t) => {
  const { code, stderr } = await command(t, ['check'], { DATA_DIR: temporaryFolder(t) });
  assert.deepEqual([code, stderr], [66, 'is-bitcoin-lit: the store holds no samples\n']);
});
