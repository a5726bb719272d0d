import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { needsRecordedDay, recordedDay, refreshReport } from '../support/data/recorded-day.ts';
import { eventually } from '../support/eventually.ts';
import { command, startCommand } from '../support/processes/command.ts';
import { json, startTestService } from '../support/processes/service.ts';
import { needsTerminal, onTerminal } from '../support/processes/terminal.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { STORE_PLACES } from '../support/upstreams/places.ts';
import { startUpstream } from '../support/upstreams/upstream.ts';

const START = Date.UTC(2024, 0, 1);

/** Samples of every 30 seconds, as an export writes them. */
function csv(count: number, from = START): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const time = new Date(from + index * 30_000).toISOString();
    return `${time},${30_000 + (index % 997) / 8},${(index % 199) / 100 - 0.99}\n`;
  });
  return `time,price,sentiment\n${rows.join('')}`;
}

for (const { name, options, settings } of STORE_PLACES) {
  test(
    `an import into ${name} is counted exactly, can be exported unchanged, and repeated`,
    options,
    async (t) => {
      const env = settings(t);
      const text = csv(25_000);
      const file = join(temporaryFolder(t), 'samples.csv');
      writeFileSync(file, text);
      const first = await command(t, ['import', file], env);
      assert.deepEqual(first, {
        code: 0,
        signal: null,
        stdout: '25000 received: 25000 added, 0 duplicates, 0 rejected\ntimes in RFC 3339\n',
        stderr: '',
      });
      const again = await command(t, ['import', '-', '--json'], env, gzipSync(text));
      assert.equal(again.code, 0);
      assert.deepEqual(JSON.parse(again.stdout), {
        received: 25_000,
        added: 0,
        duplicates: 25_000,
        rejected: 0,
        rejections: [],
        omitted: 0,
        omissions: [],
        times: 'RFC 3339',
        shape: 'samples',
      });
      assert.equal((await command(t, ['export'], env)).stdout, text);
    },
  );

  test(
    `the first write wins within a file and between files, for each value, on ${name}`,
    options,
    async (t) => {
      const env = settings(t);
      const first =
        'time,price,sentiment\n1704067200,1,\n1704067200,2,0.5\n1704067200,3,0.6\n1704067201,,-0\n';
      const one = await command(t, ['import', '-'], env, first);
      assert.match(one.stdout, /^4 received: 3 added, 1 duplicates, 0 rejected\ntimes in seconds\n$/);
      const other = await command(t, ['import', '-'], env, 'time,price\n1704067201000,9\n1704067200000,9\n');
      assert.match(other.stdout, /^2 received: 1 added, 1 duplicates, 0 rejected\ntimes in milliseconds\n$/);
      const kept = await command(t, ['export'], env);
      assert.equal(
        kept.stdout,
        'time,price,sentiment\n2024-01-01T00:00:00.000Z,1,0.5\n2024-01-01T00:00:01.000Z,9,0\n',
      );
    },
  );

  test(`importing the recorded day into ${name} equals refreshing with it`, {
    skip: options.skip || needsRecordedDay.skip,
  }, async (t) => {
    const upstream = await startUpstream(t, recordedDay ?? '');
    const [imported, refreshed] = [settings(t), settings(t)];
    const outcome = await command(t, ['import', '-'], imported, recordedDay);
    assert.equal(outcome.stdout, '2474 received: 2474 added, 0 duplicates, 0 rejected\ntimes in seconds\n');
    const service = await startTestService(t, { ...refreshed, SENTICRYPT_URL: upstream.url });
    assert.deepEqual(await json(service.post()), refreshReport(2474, 0));
    const exports = [imported, refreshed].map((env) => command(t, ['export'], env));
    const [ours, theirs] = await Promise.all(exports);
    assert.equal(ours?.stdout, theirs?.stdout);
    assert.equal(ours?.stdout.split('\n').length, 2474 + 2);
  });
}

test('rejected lines are printed, written to a file with number and reason, and exit with 3', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const rejects = join(temporaryFolder(t), 'rejects.csv');
  const text = 'time,price\n1704067200,1\n1704067201,"-1"\n\nx,1\n1704067202,2\n';
  const outcome = await command(t, ['import', '-', '--rejects', rejects], env, text);
  assert.equal(outcome.code, 3);
  assert.match(
    outcome.stdout,
    /^4 received: 2 added, 0 duplicates, 2 rejected \(1 price_invalid, 1 time_invalid\)\n/,
  );
  assert.match(
    outcome.stderr,
    /line 3: price_invalid: 1704067201,"-1"\n.*line 5: time_invalid: x,1\n {2}"x" is not a time: write .*\n$/,
  );
  assert.equal(
    readFileSync(rejects, 'utf8'),
    'line,reason,text\n3,price_invalid,"1704067201,""-1"""\n5,time_invalid,"x,1"\n',
  );
});

test('a hundred thousand bad lines are counted, and a few printed', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const rejects = join(temporaryFolder(t), 'rejects.csv');
  const text = `time,price\n${'1704067200,1\n'.repeat(50)}${'nonsense,\u001b[2J1\n'.repeat(100_000)}`;
  const outcome = await command(t, ['import', '-', '--rejects', rejects], env, text);
  assert.equal(outcome.code, 3);
  assert.match(
    outcome.stdout,
    /^100050 received: 1 added, 49 duplicates, 100000 rejected \(100000 time_invalid\)\n/,
  );
  assert.ok(outcome.stderr.length < 2000, outcome.stderr);
  assert.ok(!outcome.stderr.includes('\u001b'), 'nothing that moves the cursor');
  const written = readFileSync(rejects, 'utf8').split('\n');
  assert.equal(written.length, 100_002);
  assert.match(written[100_000] ?? '', /^100051,time_invalid,/);
});

test('invalid input exits with 65, names the line, and samples before it are stored', async (t) => {
  const record = '{"time":1704067200,"price":1}';
  const good = 'time,price\n1704067200,1\n';
  const broken = gzipSync(good.repeat(20_000)).subarray(0, -20);
  const cases: readonly [stderr: RegExp, received: number, input: string | Uint8Array][] = [
    [/it is empty/, 0, ''],
    [/line 1: it is not text/, 0, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 0, 0])],
    [/line 1: .*names the columns|line 1: the first line/, 0, 'a,b\n1,2\n'],
    [/line 3: times change from seconds to milliseconds/, 1, `${good}1704067201000,2\n`],
    [/line 3: it does not end within 65536 bytes/, 1, good + 'x'.repeat(2 ** 22)],
    [/line 2: the JSON list is truncated/, 1, `[${record},\n`],
    [/line 1: the samples are simulated/, 0, `{"time":1704067200,"price":1,"source":"simulated"}`],
    [/line \d{4,}: the gzip data is truncated/, -1, broken],
  ];
  for (const [stderr, received, input] of cases) {
    const env = { DATA_DIR: temporaryFolder(t) };
    const outcome = await command(t, ['import', '-', '--json'], env, input);
    assert.equal(outcome.code, 65, outcome.stderr);
    assert.match(outcome.stderr, stderr);
    const told = JSON.parse(outcome.stdout);
    if (received >= 0) assert.equal(told.received, received, outcome.stderr);
    const kept = await command(t, ['export'], env);
    assert.equal(kept.stdout.split('\n').length - 2, told.added);
  }
});

test('unknown columns are named and ignored', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const outcome = await command(t, ['import', '-'], env, 'time,volume,price\n1704067200,5,1\n');
  assert.equal(outcome.code, 0);
  assert.match(outcome.stderr, /line 1: columns that are not read: volume/);
});

test('an unreadable file exits with 66, an unwritable one with 73, and neither creates a store', async (t) => {
  const folder = temporaryFolder(t);
  const env = { DATA_DIR: join(folder, 'data') };
  assert.equal((await command(t, ['import', join(folder, 'none')], env)).code, 66);
  const nowhere = join(folder, 'none', 'rejects');
  assert.equal((await command(t, ['import', '-', '--rejects', nowhere], env, 'time,price\n')).code, 73);
  assert.ok(!existsSync(env.DATA_DIR));
  assert.equal((await command(t, ['import', folder], env)).code, 66);
});

test('invalid usage and settings are reported as by other commands', async (t) => {
  const file = join(temporaryFolder(t), 'samples.csv');
  writeFileSync(file, 'time,price\n');
  for (const args of [
    [],
    ['a', 'b'],
    ['--from', 'nowhere'],
    ['--from', 'coinbase'],
    ['--from', 'coinbase', '--since', 'yesterday'],
    [file, '--from', 'senticrypt'],
    [file, '--since', '2020-01-01'],
    [file, '--rejects', file],
  ]) {
    const { code, stderr } = await command(t, ['import', ...args]);
    assert.equal(code, 64, `${args}: ${stderr}`);
    assert.match(stderr, /\(see is-bitcoin-lit import --help\)\n$/);
  }
  assert.equal(readFileSync(file, 'utf8'), 'time,price\n');
  const notADatabase = temporaryFolder(t);
  writeFileSync(
    join(notADatabase, 'samples.sqlite'),
    'not a database at all, but long enough to look at. '.repeat(40),
  );
  const { code, stderr } = await command(t, ['import', file], { DATA_DIR: notADatabase });
  assert.equal(code, 78);
  assert.match(stderr, /not an SQLite database/);
});

test('simulated samples are stored separately here too', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const simulated = { ...env, SOURCE: 'simulated' };
  assert.equal((await command(t, ['import', '-'], simulated, csv(10))).code, 0);
  assert.match((await command(t, ['export'], env)).stderr, /the store holds no samples/);
  assert.equal((await command(t, ['export'], simulated)).stdout, csv(10));
});

test('rejected lines replace earlier ones, and no other file', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const folder = temporaryFolder(t);
  const [mine, rejects] = [join(folder, 'mine.csv'), join(folder, 'rejects.csv')];
  writeFileSync(mine, csv(3));
  for (const place of [mine, join(env.DATA_DIR, 'samples.sqlite')]) {
    await command(t, ['import', '-'], env, csv(1));
    const before = readFileSync(place);
    const refused = await command(t, ['import', '-', '--rejects', place], env, 'time,price\n1,1\n');
    assert.equal(refused.code, 73, refused.stderr);
    assert.match(refused.stderr, /cannot be written: it exists, and contains something else/);
    assert.ok(readFileSync(place).equals(before));
  }
  writeFileSync(rejects, '');
  for (const line of ['1,1', '2,2']) {
    const outcome = await command(t, ['import', '-', '--rejects', rejects], env, `time,price\n${line}\n`);
    assert.equal(outcome.code, 3, outcome.stderr);
    assert.equal(readFileSync(rejects, 'utf8'), `line,reason,text\n2,time_before_bitcoin,"${line}"\n`);
  }
});

test('rejected lines are not written through a link, or into a pipe, device or folder', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const folder = temporaryFolder(t);
  const place = (name: string) => join(folder, name);
  const [real, link, dangling] = [place('real'), place('link'), place('dangling')];
  const [pipe, device] = [place('pipe'), place('device')];
  writeFileSync(real, 'line,reason,text\n');
  symlinkSync(real, link);
  symlinkSync(place('nowhere'), dangling);
  symlinkSync('/dev/null', device);
  execFileSync('mkfifo', [pipe]);
  for (const path of [link, dangling, pipe, device, '/dev/null', folder]) {
    const refused = await command(t, ['import', '-', '--rejects', path], env, 'time,price\n1,1\n');
    assert.equal(refused.code, 73, refused.stderr);
    assert.match(refused.stderr, /cannot be written: it exists, and is not a regular file/);
  }
  assert.equal(readFileSync(real, 'utf8'), 'line,reason,text\n');
  assert.deepEqual(readdirSync(folder).toSorted(), ['dangling', 'device', 'link', 'pipe', 'real']);
});

test('slow input is stored before it ends, and when it is interrupted', async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  const input = new PassThrough();
  let next = 30_000;
  const { child, ended } = startCommand(t, ['import', '-', '--json'], env, input);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  const kept = async () => (await command(t, ['export'], env)).stdout.split('\n').length - 2;
  input.write(csv(2));
  await eventually('the first lines are kept', async () => {
    next += 30_000;
    input.write(`${new Date(START + next).toISOString()},1,0\n`);
    return (await kept()) >= 2;
  });
  child.kill('SIGINT');
  assert.equal((await ended)[0], 130);
  input.end();
  const { received, added } = JSON.parse(stdout);
  assert.equal(received, added);
  assert.equal(await kept(), added);
});

test('a terminal shows the progress in one line, which is removed at the end', needsTerminal, async (t) => {
  const env = { DATA_DIR: temporaryFolder(t) };
  writeFileSync(join(env.DATA_DIR, 'samples.csv'), `${csv(400_000)}bad,1,0\n`);
  const shown = await onTerminal(t, ['import', 'samples.csv', '--rejects', 'rejects'], env);
  const parts = [...shown.matchAll(/\r\[=* *\] (\d+) % {2}[\d,]+ samples, [\d,]+\/s/g)].map(([, part]) =>
    Number(part),
  );
  assert.ok(parts.length > 0, shown);
  assert.deepEqual(
    parts.toSorted((one, other) => one - other),
    parts,
    'it goes on',
  );
  assert.ok(parts.every((part) => part <= 100));
  const CLEARED = '\r\u001b[K';
  const left = shown.slice(shown.lastIndexOf(CLEARED) + CLEARED.length);
  assert.match(left, /^400001 received: 400000 added, 0 duplicates, 1 rejected \(1 time_invalid\)\r\n/);
});
