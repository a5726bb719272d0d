import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../../support/clients/poster.ts';
import { eventually } from '../../support/eventually.ts';
import { startCommand } from '../../support/processes/command.ts';
import { serve } from '../../support/processes/process.ts';
import { BATCH, startBatches } from '../../support/stores/batches.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** From the move to the end of the process, in milliseconds: to notice it may take one second, to stop some more. */
const LONGEST_END = 8000;

/** EX_TEMPFAIL: a supervisor starts it again. */
const TRY_AGAIN = 75;

/** A service with some batches of samples, each acknowledged. */
async function withSamples(t: TestContext) {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  const batches = await startBatches(t);
  const env = { DATA_DIR: data, SENTICRYPT_URL: batches.url, SOURCE: 'senticrypt', RATE_LIMIT: '0' };
  const service = await serve(t, env);
  const refresh = async () => {
    const { outcome } = await post(service.address);
    if (outcome === '200') batches.acknowledge();
    return outcome;
  };
  for (let count = 0; count < 3; count += 1) assert.equal(await refresh(), '200');
  const place = (name: string) => join(folder, name);
  return { env, service, refresh, batches, data, path: join(data, 'samples.sqlite'), place };
}

type Stage = Awaited<ReturnType<typeof withSamples>>;

function countIn(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  return Number(database.prepare('SELECT count(*) AS count FROM sample').get()?.['count']);
}

/** The service has ended by itself, in time, and said why. */
async function assertEnds({ service }: Stage, since: number): Promise<void> {
  const { code, signal } = await service.ended;
  assert.equal(code, TRY_AGAIN, `${signal} ${service.output()}`);
  assert.ok(Date.now() - since < LONGEST_END, `after ${Date.now() - since} ms`);
  assert.match(service.output(), /the file of the store was moved, replaced or deleted/);
  assert.match(service.output(), /"level":60.*the store takes no more writes/);
}

/** A service that is started again goes on with what is at the path by then. */
async function assertGoesOn(t: TestContext, { env }: Stage): Promise<void> {
  const next = await serve(t, env);
  assert.equal((await post(next.address)).outcome, '200');
  assert.doesNotMatch(next.output(), /malformed|disk image/);
}

/** A file with a part of the samples, as a backup would be. */
function backUp({ path, place }: Stage, keep: number): string {
  const backup = place('backup.sqlite');
  using file = new DatabaseSync(path, { timeout: 1000 });
  file.exec(`VACUUM INTO '${backup}'`);
  using copy = new DatabaseSync(backup);
  copy.exec(`DELETE FROM sample WHERE time NOT IN (SELECT time FROM sample ORDER BY time LIMIT ${keep})`);
  return backup;
}

test('the file is moved: all that was acknowledged is in it, without its log', async (t) => {
  const stage = await withSamples(t);
  const { path, place, refresh, batches } = stage;
  // Refreshes go on: what is acknowledged in the moment of the move counts too.
  let last = '200';
  const refreshing = (async () => {
    while (last === '200') last = await refresh();
  })();
  await sleep(200);
  const since = Date.now();
  renameSync(path, place('moved.sqlite'));
  await assertEnds(stage, since);
  await refreshing;
  assert.match(last, /^(none|503)/);
  const count = countIn(place('moved.sqlite'));
  const acknowledged = batches.acknowledged.length;
  assert.ok(count === acknowledged || count === acknowledged + BATCH, `${count} of ${acknowledged}`);
  assert.equal(statSync(`${path}-wal`).size, 0, 'nothing of its log is left to another file');
  await assertGoesOn(t, stage);
});

test('the file and its log are moved together', async (t) => {
  const stage = await withSamples(t);
  const { path, place, batches } = stage;
  const since = Date.now();
  for (const end of ['', '-wal', '-shm']) renameSync(`${path}${end}`, place(`moved.sqlite${end}`));
  await assertEnds(stage, since);
  assert.equal(countIn(place('moved.sqlite')), batches.acknowledged.length);
  await assertGoesOn(t, stage);
});

test('the file is moved, while another process reads it', async (t) => {
  const stage = await withSamples(t);
  const { path, place, batches } = stage;
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('BEGIN; SELECT count(*) FROM sample');
  const since = Date.now();
  renameSync(path, place('moved.sqlite'));
  // Shorter than the service waits for it.
  await sleep(1000);
  reader.close();
  await assertEnds(stage, since);
  assert.equal(countIn(place('moved.sqlite')), batches.acknowledged.length);
});

test('a backup is moved to the place of the file: it stays what it is', async (t) => {
  const stage = await withSamples(t);
  const { path, refresh, batches } = stage;
  const backup = backUp(stage, 50);
  assert.equal(await refresh(), '200');
  const kept = readFileSync(backup);
  const since = Date.now();
  renameSync(backup, path);
  await assertEnds(stage, since);
  assert.ok(readFileSync(path).equals(kept), 'nothing has got into it');
  assert.equal(countIn(path), 50);
  assert.ok(batches.acknowledged.length > 50);
  await assertGoesOn(t, stage);
});

test('something else is moved to the place of the file: it stays as it is, and a start says what it is', async (t) => {
  const stage = await withSamples(t);
  const { path, env } = stage;
  const text = 'no database, but long enough to be looked at. '.repeat(50);
  const since = Date.now();
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  await assertEnds(stage, since);
  assert.equal(readFileSync(path, 'utf8'), text);
  await assert.rejects(serve(t, env), /not an SQLite database: move it away/);
});

test('the file is deleted', async (t) => {
  const stage = await withSamples(t);
  const since = Date.now();
  rmSync(stage.path);
  await assertEnds(stage, since);
  assert.equal(existsSync(stage.path), false, 'none is made in its place before a start');
  await assertGoesOn(t, stage);
});

test('the folder of the file is deleted, and a second service is started there', async (t) => {
  const stage = await withSamples(t);
  const since = Date.now();
  rmSync(stage.data, { recursive: true });
  const second = await serve(t, stage.env);
  assert.equal((await post(second.address)).outcome, '200');
  await assertEnds(stage, since);
  const before = countIn(stage.path);
  assert.equal((await post(second.address)).outcome, '200');
  assert.equal(countIn(stage.path), before, 'the first one has written nothing to it');
});

test('the folder of the file is moved away, and back', async (t) => {
  const stage = await withSamples(t);
  const { data, path, place, batches, service, refresh } = stage;
  renameSync(data, place('elsewhere'));
  renameSync(place('elsewhere'), data);
  // Seen or not: it goes on, or has ended in order.
  await sleep(1500);
  const outcome = service.child.exitCode === null ? await refresh() : 'none';
  if (outcome !== '200') assert.equal((await service.ended).code, TRY_AGAIN);
  service.child.kill('SIGTERM');
  await service.ended;
  assert.equal(countIn(path), batches.acknowledged.length);
  await assertGoesOn(t, stage);
});

test('the file is moved while an import writes to it: what it counted is in the moved file', async (t) => {
  const data = temporaryFolder(t);
  const env = { DATA_DIR: data };
  const path = join(data, 'samples.sqlite');
  const input = new PassThrough();
  const { child, ended } = startCommand(t, ['import', '-', '--json'], env, input);
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (complaints += part));
  const start = Date.UTC(2026, 0, 5);
  let count = 0;
  const line = () => {
    count += 1;
    return `${new Date(start + count * 1000).toISOString()},1\n`;
  };
  input.write('time,price\n');
  // Samples that come slowly are written before the input ends. Others see a batch before it is synced and counted, so
  // only a second batch shows that the first one was.
  let firstBatch = 0;
  await eventually('two batches are written', () => {
    input.write(line());
    if (!existsSync(path)) return false;
    const written = countIn(path);
    firstBatch ||= written;
    return written > firstBatch;
  });
  renameSync(path, join(data, 'moved.sqlite'));
  input.end(Array.from({ length: 100_000 }, line).join(''));
  assert.equal((await ended)[0], TRY_AGAIN, complaints);
  assert.match(complaints, /the file of the store was moved, replaced or deleted/);
  const { added } = JSON.parse(output);
  assert.ok(added > 0);
  assert.ok(countIn(join(data, 'moved.sqlite')) >= added);
  assert.equal(existsSync(path), false);
});
