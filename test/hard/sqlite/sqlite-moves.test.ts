import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { postRefresh } from '../../support/clients/refresh-client.ts';
import { eventually } from '../../support/eventually.ts';
import { startCommand } from '../../support/processes/command.ts';
import { serve } from '../../support/processes/process.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { BATCH_SIZE, startBatchFeed } from '../../support/upstreams/batch-feed.ts';

/** From the move to the end of the process: up to one second to notice it, and some more to stop. */
const MAX_EXIT_MS = 8000;

/** The exit code that makes a process manager restart the service. */
const EX_TEMPFAIL = 75;

/** Starts a service, and stores three acknowledged batches. */
async function startWithSamples(t: TestContext) {
  const folder = temporaryFolder(t);
  const data = join(folder, 'data');
  const batches = await startBatchFeed(t);
  const env = { DATA_DIR: data, SENTICRYPT_URL: batches.url, SOURCE: 'senticrypt', RATE_LIMIT: '0' };
  const service = await serve(t, env);
  const refresh = async () => {
    const { outcome } = await postRefresh(service.address);
    if (outcome === '200') batches.acknowledge();
    return outcome;
  };
  for (let count = 0; count < 3; count += 1) assert.equal(await refresh(), '200');
  const pathOf = (name: string) => join(folder, name);
  return { env, service, refresh, batches, data, path: join(data, 'samples.sqlite'), pathOf };
}

type MoveTest = Awaited<ReturnType<typeof startWithSamples>>;

function countIn(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  return Number(database.prepare('SELECT count(*) AS count FROM sample').get()?.['count']);
}

/** Asserts that the service ends by itself, in time, and logs the reason. */
async function assertServiceEnds({ service }: MoveTest, since: number): Promise<void> {
  const { code, signal } = await service.ended;
  assert.equal(code, EX_TEMPFAIL, `${signal} ${service.output()}`);
  assert.ok(Date.now() - since < MAX_EXIT_MS, `after ${Date.now() - since} ms`);
  assert.match(service.output(), /the file of the store was moved, replaced or deleted/);
  assert.match(service.output(), /"level":60.*the store no longer accepts writes/);
}

/** Asserts that a restarted service works with the file that is at the path now. */
async function assertRestartWorks(t: TestContext, { env }: MoveTest): Promise<void> {
  const next = await serve(t, env);
  assert.equal((await postRefresh(next.address)).outcome, '200');
  assert.doesNotMatch(next.output(), /malformed|disk image/);
}

/** Creates a backup with some of the samples. */
function backUp({ path, pathOf }: MoveTest, sampleCount: number): string {
  const backup = pathOf('backup.sqlite');
  using file = new DatabaseSync(path, { timeout: 1000 });
  file.exec(`VACUUM INTO '${backup}'`);
  using copy = new DatabaseSync(backup);
  copy.exec(
    `DELETE FROM sample WHERE time NOT IN (SELECT time FROM sample ORDER BY time LIMIT ${sampleCount})`,
  );
  return backup;
}

test('the file is moved: all that was acknowledged is in it, without its log', async (t) => {
  const stage = await startWithSamples(t);
  const { path, pathOf, refresh, batches } = stage;
  // Refreshes continue, so that some are acknowledged during the move.
  let last = '200';
  const refreshing = (async () => {
    while (last === '200') last = await refresh();
  })();
  await sleep(200);
  const since = Date.now();
  renameSync(path, pathOf('moved.sqlite'));
  await assertServiceEnds(stage, since);
  await refreshing;
  assert.match(last, /^(none|503)/);
  const count = countIn(pathOf('moved.sqlite'));
  const acknowledged = batches.acknowledged.length;
  assert.ok(count === acknowledged || count === acknowledged + BATCH_SIZE, `${count} of ${acknowledged}`);
  assert.equal(statSync(`${path}-wal`).size, 0, 'the log is empty, so that no other file can use it');
  await assertRestartWorks(t, stage);
});

test('the file and its log are moved together', async (t) => {
  const stage = await startWithSamples(t);
  const { path, pathOf, batches } = stage;
  const since = Date.now();
  for (const end of ['', '-wal', '-shm']) renameSync(`${path}${end}`, pathOf(`moved.sqlite${end}`));
  await assertServiceEnds(stage, since);
  assert.equal(countIn(pathOf('moved.sqlite')), batches.acknowledged.length);
  await assertRestartWorks(t, stage);
});

test('the file is moved, while another process reads it', async (t) => {
  const stage = await startWithSamples(t);
  const { path, pathOf, batches } = stage;
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec('BEGIN; SELECT count(*) FROM sample');
  const since = Date.now();
  renameSync(path, pathOf('moved.sqlite'));
  // Shorter than the service waits for the reader.
  await sleep(1000);
  reader.close();
  await assertServiceEnds(stage, since);
  assert.equal(countIn(pathOf('moved.sqlite')), batches.acknowledged.length);
});

test('a backup is moved to the place of the file: it is not changed', async (t) => {
  const stage = await startWithSamples(t);
  const { path, refresh, batches } = stage;
  const backup = backUp(stage, 50);
  assert.equal(await refresh(), '200');
  const kept = readFileSync(backup);
  const since = Date.now();
  renameSync(backup, path);
  await assertServiceEnds(stage, since);
  assert.ok(readFileSync(path).equals(kept), 'nothing was written to it');
  assert.equal(countIn(path), 50);
  assert.ok(batches.acknowledged.length > 50);
  await assertRestartWorks(t, stage);
});

test('another kind of file is moved to the place of the file: it is not changed, and a start names the problem', async (t) => {
  const stage = await startWithSamples(t);
  const { path, env } = stage;
  const text = 'no database, but long enough to be looked at. '.repeat(50);
  const since = Date.now();
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  await assertServiceEnds(stage, since);
  assert.equal(readFileSync(path, 'utf8'), text);
  await assert.rejects(serve(t, env), /not an SQLite database: move it away/);
});

test('the file is deleted', async (t) => {
  const stage = await startWithSamples(t);
  const since = Date.now();
  rmSync(stage.path);
  await assertServiceEnds(stage, since);
  assert.equal(existsSync(stage.path), false, 'no file is created in its place before a start');
  await assertRestartWorks(t, stage);
});

test('the folder of the file is deleted, and a second service is started there', async (t) => {
  const stage = await startWithSamples(t);
  const since = Date.now();
  rmSync(stage.data, { recursive: true });
  const second = await serve(t, stage.env);
  assert.equal((await postRefresh(second.address)).outcome, '200');
  await assertServiceEnds(stage, since);
  const before = countIn(stage.path);
  assert.equal((await postRefresh(second.address)).outcome, '200');
  assert.equal(countIn(stage.path), before, 'the first service has written nothing to it');
});

test('the folder of the file is moved away, and back', async (t) => {
  const stage = await startWithSamples(t);
  const { data, path, pathOf, batches, service, refresh } = stage;
  renameSync(data, pathOf('elsewhere'));
  renameSync(pathOf('elsewhere'), data);
  // The service continues, or has stopped normally if it noticed the move.
  await sleep(1500);
  const outcome = service.child.exitCode === null ? await refresh() : 'none';
  if (outcome !== '200') assert.equal((await service.ended).code, EX_TEMPFAIL);
  service.child.kill('SIGTERM');
  await service.ended;
  assert.equal(countIn(path), batches.acknowledged.length);
  await assertRestartWorks(t, stage);
});

test('the file is moved while an import writes to it: what it counted is in the moved file', async (t) => {
  const data = temporaryFolder(t);
  const env = { DATA_DIR: data };
  const path = join(data, 'samples.sqlite');
  const input = new PassThrough();
  const { child, ended } = startCommand(t, ['import', '-', '--json'], env, input);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part));
  const start = Date.UTC(2026, 0, 5);
  let count = 0;
  const line = () => {
    count += 1;
    return `${new Date(start + count * 1000).toISOString()},1\n`;
  };
  input.write('time,price\n');
  // Slow samples are written before the input ends. Other processes see a batch before it is synced and counted, so
  // only a second batch shows that the first is.
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
  assert.equal((await ended)[0], EX_TEMPFAIL, errors);
  assert.match(errors, /the file of the store was moved, replaced or deleted/);
  const { added } = JSON.parse(output);
  assert.ok(added > 0);
  assert.ok(countIn(join(data, 'moved.sqlite')) >= added);
  assert.equal(existsSync(path), false);
});
