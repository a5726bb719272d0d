import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { zip } from '../support/data/zip.ts';
import { command } from '../support/processes/command.ts';
import { temporaryFolder } from '../support/temporary.ts';

const CSV = 'time,price\n2024-01-01T00:00:00Z,42300.5\n';
const ROW = '2024-01-01T00:00:00.000Z,42300.5,\n';

test('the one file in a zip archive is imported, and its name has the pair', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'download.zip');
  for (const isStored of [false, true]) {
    const env = { DATA_DIR: temporaryFolder(t) };
    writeFileSync(
      path,
      zip(
        [
          { name: 'a/', content: '' },
          { name: 'a/samples.csv', content: CSV },
          { name: '__MACOSX/a/._samples.csv', content: 'x' },
        ],
        isStored,
      ),
    );
    const outcome = await command(t, ['import', path], env);
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.ok((await command(t, ['export'], env)).stdout.endsWith(ROW));
  }
  const env = { DATA_DIR: join(folder, 'data') };
  const kline = '1704067200000,1,2,1,2,1,1704067259999,1,1,1,1,0\n';
  writeFileSync(path, zip([{ name: 'ETHUSDT-1m-2024-01.csv', content: kline }]));
  const other = await command(t, ['import', path, '--accept-stablecoin'], env);
  assert.equal(other.code, 65);
  assert.match(
    other.stderr,
    /the name of the file has the pair ETHUSDT: only BTC prices in USD can be imported\n/,
  );
});

test('unreadable archives and bombs exit with 65 and one clear line, and keep only what is counted', async (t) => {
  const folder = temporaryFolder(t);
  const two = zip([
    { name: 'XBTUSD_1.csv', content: CSV },
    { name: 'XBTUSD_5.csv', content: CSV },
  ]);
  const one = zip([{ name: 'samples.csv', content: CSV.repeat(1000) }]);
  /** 70 MiB of comments after a sample, which is harmless. */
  const many = Buffer.concat([Buffer.from(CSV), Buffer.alloc(70 * 2 ** 20, `${'#'.padEnd(1023)}\n`)]);
  const damaged = Buffer.from(one);
  damaged.fill(0, 60, 90);
  const wrongSum = Buffer.from(one);
  wrongSum.writeUInt32LE(1, one.lastIndexOf('PK\u0001\u0002') + 16);
  for (const [name, content, message, added] of [
    [
      'two.zip',
      two,
      /several files \(XBTUSD_1\.csv, XBTUSD_5\.csv\): unpack it, and import one after the other/,
      0,
    ],
    [
      'book.xlsx',
      zip([
        { name: '[Content_Types].xml', content: '' },
        { name: 'xl/workbook.xml', content: '' },
      ]),
      /it is a spreadsheet: save it as CSV/,
      0,
    ],
    ['empty.zip', zip([]), /it is not text|contains no file|truncated/, 0],
    ['cut.zip', one.subarray(0, -30), /the zip archive is truncated or damaged/, 0],
    ['damaged.zip', damaged, /the zip archive is (truncated or )?damaged/, undefined],
    ['sum.zip', wrongSum, /line 2001: the zip archive is damaged: its checksum does not match/, 1],
    [
      'bomb.zip',
      zip([{ name: 'samples.csv', content: many }]),
      /unpacks to more than 200 times its size, which looks like a zip bomb/,
      1,
    ],
    [
      'bomb.gz',
      gzipSync(many),
      /unpacks to more than 200 times its size, which looks like a zip bomb; .* from a pipe\n$/,
      1,
    ],
    [
      'bomb.zst',
      zstdCompressSync(many),
      /unpacks to more than 200 times its size, which looks like a zip bomb/,
      1,
    ],
    [
      'cut.zst',
      zstdCompressSync(Buffer.from(CSV.repeat(1000))).subarray(0, 40),
      /the zstd data is truncated or damaged/,
      undefined,
    ],
    ['parquet.gz', gzipSync(Buffer.from('PAR1____PAR1')), /a Parquet file inside another file/, 0],
    ['cut.parquet', Buffer.from('PAR1 and then nothing'), /the Parquet file is truncated or damaged/, 0],
  ] as const) {
    const env = { DATA_DIR: temporaryFolder(t) };
    const path = join(folder, name);
    writeFileSync(path, content);
    const outcome = await command(t, ['import', path, '--json'], env);
    assert.equal(outcome.code, 65, `${name}: ${outcome.stderr}`);
    assert.match(outcome.stderr, message, name);
    const lines = outcome.stderr.trimEnd().split('\n');
    assert.ok(
      lines.filter((line) => !/rejected|: (malformed|wrong|time_)/.test(line)).length <= 2,
      outcome.stderr,
    );
    const counts = JSON.parse(outcome.stdout);
    if (added !== undefined) assert.equal(counts.added, added, name);
    const kept = await command(t, ['export'], env);
    assert.equal(kept.stdout.split('\n').length - 2, counts.added, name);
  }
});

test('a zip archive or a Parquet file from a pipe is refused with the way to import it', async (t) => {
  const env = { DATA_DIR: join(temporaryFolder(t), 'data') };
  const fromPipe = async (bytes: Uint8Array) => (await command(t, ['import', '-'], env, bytes)).stderr;
  assert.match(
    await fromPipe(zip([{ name: 'a.csv', content: CSV }])),
    /line 1: it is a zip archive: .*unzip -p FILE/,
  );
  assert.match(
    await fromPipe(Buffer.from('PAR1____')),
    /line 1: it is a Parquet file .*: give the path of the file/,
  );
});

test('wrong options exit with 64 and one clear line, and create no store', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'samples.csv');
  writeFileSync(file, CSV);
  const env = { DATA_DIR: join(folder, 'data') };
  for (const [message, ...args] of [
    [/--columns must be time=NAME,price=NAME/, '--columns', 'price=close'],
    [/--columns must be time=NAME,price=NAME/, '--columns', 'time=date'],
    [/--columns must be time=NAME,price=NAME/, '--columns', 'when=date,price=close'],
    [/--columns names price twice/, '--columns', 'time=date,price=open,price=close'],
    [/--columns names the column date twice/, '--columns', 'time=date,price=date'],
    [/--no-header requires --columns with numbers/, '--no-header'],
    [/--columns requires numbers from 1/, '--no-header', '--columns', 'time=date,price=close'],
    [/--delimiter must be one character/, '--delimiter', ';;'],
    [/--delimiter must be one character/, '--delimiter', '"'],
    [/--decimal must be , or \./, '--decimal', ';'],
    [/--time-format must be s, ms, us, ns, or a pattern/, '--time-format', 'dd.mm.yyyy'],
    [/--time-format must be/, '--time-format', '%d.%m'],
    [/--time-format must be/, '--time-format', '%Y-%m-%d %I:%M'],
    [/--zone must be an IANA time zone/, '--zone', 'Berlin'],
    [/--width must be a number and a unit/, '--width', '1 minute'],
    [/--width must be .* at most 1w/, '--width', '31d'],
    [/--gap requires --dry-run/, '--gap', '1h'],
    [/--gap must be a number and a unit/, '--dry-run', '--gap', '5s'],
  ] as const) {
    const outcome = await command(t, ['import', file, ...args], env);
    assert.equal(outcome.code, 64, `${args}: ${outcome.stderr}`);
    assert.match(outcome.stderr, message);
    assert.equal(outcome.stderr.trimEnd().split('\n').length, 1);
  }
  const archive = await command(t, ['import', '--from', 'senticrypt', '--zone', 'UTC'], env);
  assert.match(archive.stderr, /--zone cannot be used with --from/);
  const spreadsheet = await command(t, ['export', '--format', 'ndjson', '--spreadsheet'], env);
  assert.match(spreadsheet.stderr, /--spreadsheet requires --format csv/);
  assert.ok(!existsSync(env.DATA_DIR));
});

test('a dry run shows what would be kept, gaps and differences, and stores nothing', async (t) => {
  const folder = temporaryFolder(t);
  const env = { DATA_DIR: join(folder, 'data') };
  const file = join(folder, 'XBTUSD_1.csv');
  const minute = (index: number) => 1_704_067_200 + 60 * index;
  const rows = [0, 1, 2, 3, 4, 200, 201].map((index) => `${minute(index)},400,400,90,${100 + index},1,1\n`);
  writeFileSync(file, `${rows.toReversed().join('')}x,1,1,1,1,1,1\n`);
  const outcome = await command(t, ['import', file, '--dry-run', '--gap', '1h'], env);
  assert.equal(outcome.code, 3, outcome.stderr);
  assert.ok(!existsSync(env.DATA_DIR), 'nothing was created');
  assert.deepEqual(
    outcome.stdout.split('\n').map((row) => row.trim()),
    [
      'OHLCVT of Kraken, times in seconds',
      '7 samples would be imported (7 prices, 0 sentiments), 1 rejected (1 time_invalid)',
      '2024-01-01T00:00:59.999Z  100',
      '2024-01-01T00:01:59.999Z  101',
      '2024-01-01T00:02:59.999Z  102',
      '…',
      '2024-01-01T00:04:59.999Z  104',
      '2024-01-01T03:20:59.999Z  300',
      '2024-01-01T03:21:59.999Z  301',
      'from 2024-01-01T00:00:59.999Z to 2024-01-01T03:21:59.999Z',
      '1 gaps longer than 1h',
      '2024-01-01T00:04:59.999Z to 2024-01-01T03:20:59.999Z',
      '0 minutes already have a stored price; 0 differ by more than 2 %',
      'nothing was stored: leave out --dry-run to import',
      '',
    ],
  );
  await command(t, ['import', '-'], env, `time,price\n${minute(0)},101\n${minute(2)},97\n${minute(3)},500\n`);
  const before = (await command(t, ['export'], env)).stdout;
  const beside = await command(t, ['import', file, '--dry-run', '--json'], env);
  const {
    gap_count: gaps,
    shared_minutes: shared,
    difference_count: count,
    differences,
    first: earliest,
  } = JSON.parse(beside.stdout);
  assert.deepEqual([gaps, shared, count], [1, 3, 2]);
  assert.deepEqual(differences, [
    { time: '2024-01-01T00:02:00Z', price: 102, kept: 97 },
    { time: '2024-01-01T00:03:00Z', price: 103, kept: 500 },
  ]);
  assert.deepEqual(earliest[0], { time: '2024-01-01T00:00:59.999Z', price: 100, sentiment: null });
  assert.equal((await command(t, ['export'], env)).stdout, before);
  assert.match((await command(t, ['import', file], env)).stderr, /read as OHLCVT of Kraken/);
  assert.equal(readFileSync(file, 'utf8').split('\n').length, 9);
});

test('a dry run refuses samples that RETENTION would delete, as the import does', async (t) => {
  const env = { DATA_DIR: join(temporaryFolder(t), 'data'), RETENTION: '30d' };
  for (const [args, code] of [
    [['--dry-run'], 65],
    [['--dry-run', '--keep-older'], 0],
    [[], 65],
  ] as const) {
    const outcome = await command(t, ['import', '-', ...args], env, CSV);
    assert.equal(outcome.code, code, outcome.stderr);
    assert.equal(/older than RETENTION \(samples before .* are deleted\)/.test(outcome.stderr), code === 65);
  }
});

test('candles of another width after a megabyte of rows show how to delete those before', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'XBTUSD_60.csv');
  const begin = 1_500_001_200;
  const row = (seconds: number) => `${begin + seconds},5,6,4,5,1,1\n`;
  writeFileSync(
    file,
    Array.from({ length: 50_000 }, (_, hour) => row(3600 * hour)).join('') + row(3600 * 49_999 + 60),
  );
  const env = { DATA_DIR: join(folder, 'data') };
  const dry = await command(t, ['import', file, '--dry-run'], env);
  assert.deepEqual([dry.code, /delete --from/.test(dry.stderr)], [65, false], dry.stderr);
  const outcome = await command(t, ['import', file], env);
  assert.equal(outcome.code, 65);
  assert.match(outcome.stderr, /line 50001: candles are 1m apart here, and 1h at the beginning: /);
  const range = /50000 samples before that line are stored as 1h candles; .*: is-bitcoin-lit (delete .*)\n/;
  const [, hint = ''] = range.exec(outcome.stderr) ?? [];
  const deleted = await command(t, [...hint.split(' '), '--yes'], env);
  assert.match(deleted.stdout, /^50,000 samples deleted$/m, hint);
});
