import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import type { Sample } from '../../src/domain/sample.ts';
import { codeBlocks } from '../docs/code-blocks.ts';
import { needsPython, runPython } from '../support/clients/python.ts';
import { command } from '../support/processes/command.ts';
import { PROGRAM } from '../support/processes/program.ts';
import { startKept } from '../support/stores/kept.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { STORE_PLACES } from '../support/upstreams/places.ts';

const START = Date.UTC(2024, 0, 1);
const FORMATS = ['csv', 'ndjson', 'parquet'] as const;

/** Of all three kinds, with values that need all their digits. */
const SAMPLES: readonly Sample[] = [
  ...Array.from({ length: 3000 }, (_, index) => ({
    time: START + index * 7001,
    ...(index % 5 !== 1 && { price: 1 / 3 + index * Math.PI * 1000 }),
    ...(index % 5 !== 2 && { sentiment: Math.sin(index) }),
  })),
  { time: START + 30_000_000, price: 1e-7, sentiment: -1 },
  { time: START + 30_000_001, price: 999_999_999_999.9999, sentiment: 1e-300 },
];

type Row = readonly [time: number, price: number | null, sentiment: number | null];

const ROWS: readonly Row[] = SAMPLES.map(({ time, price = null, sentiment = null }) => [
  time,
  price,
  sentiment,
]);

/** The code in docs/recipes.md that begins with a text. */
function recipe(beginning: string): string {
  const found = codeBlocks().find(
    ({ file, text }) => file === 'docs/recipes.md' && text.startsWith(beginning),
  );
  assert.ok(found, beginning);
  return found.text;
}

/** Exports in a shell, as people do, since Parquet is no text. */
function exportTo(path: string, dataDir: string, args: readonly string[]): void {
  execFileSync('sh', ['-c', '"$@" > "$0"', path, process.execPath, PROGRAM, 'export', ...args], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir },
  });
}

/** A folder with exports of the samples in all formats. Every test works in a copy of it. */
async function exported(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t);
  first ??= exportSamples(t);
  cpSync(await first, folder, { recursive: true });
  return folder;
}

let first: Promise<string> | undefined;
after(async () => first && rmSync(await first, { recursive: true }));

async function exportSamples(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'is-bitcoin-lit-test-'));
  const env = { DATA_DIR: join(folder, 'data') };
  const lines = ROWS.map((row) => row.map((value) => value ?? '').join());
  const outcome = await command(t, ['import', '-'], env, `time,price,sentiment\n${lines.join('\n')}\n`);
  assert.match(outcome.stdout, new RegExp(`: ${SAMPLES.length} added`));
  for (const format of FORMATS) {
    exportTo(join(folder, `samples.${format}`), env.DATA_DIR, ['--format', format]);
  }
  return folder;
}

for (const { name, options, settings } of STORE_PLACES) {
  test(`an import of each export into ${name} gives an equal store`, options, async (t) => {
    const folder = await exported(t);
    const csv = readFileSync(join(folder, 'samples.csv'), 'utf8');
    for (const format of FORMATS) {
      const env = settings(t);
      const outcome = await command(t, ['import', join(folder, `samples.${format}`), '--json'], env);
      assert.equal(JSON.parse(outcome.stdout).added, SAMPLES.length, outcome.stderr);
      assert.equal((await command(t, ['export'], env)).stdout, csv, format);
    }
  });
}

test('DuckDB reads averages and verdicts in Parquet as it reads them in CSV', needsPython, async (t) => {
  const folder = await exported(t);
  for (const [name, ...args] of [
    ['averages', '--bucket', '5m'],
    ['verdicts', '--verdicts'],
  ] as const)
    for (const format of ['csv', 'parquet'])
      exportTo(join(folder, `${name}.${format}`), join(folder, 'data'), [...args, '--format', format]);
  const output = await runPython(
    `import duckdb
duckdb.execute("SET TimeZone = 'UTC'")
for name in ["averages", "verdicts"]:
    types = dict(row[:2] for row in duckdb.sql(f"DESCRIBE FROM '{name}.parquet'").fetchall())
    columns = ", ".join(f"'{column}': '{type}'" for column, type in types.items())
    parquet = duckdb.sql(f"FROM '{name}.parquet'").fetchall()
    csv = duckdb.sql(f"FROM read_csv('{name}.csv', columns = {{{columns}}})").fetchall()
    print(parquet == csv and len(csv) > 3, *sorted(set(types.values())))`,
    folder,
  );
  assert.equal(
    output,
    'True DOUBLE INTEGER TIMESTAMP WITH TIME ZONE\nTrue DOUBLE TIMESTAMP WITH TIME ZONE VARCHAR\n',
  );
});

test('pandas reads all exports to the last digit', needsPython, async (t) => {
  const folder = await exported(t);
  const output = await runPython(
    `${recipe('import pandas')}
import json
for frame in [samples, from_csv, from_ndjson]:
    assert str(frame.time.dtype).startswith("datetime64[") and str(frame.time.dtype).endswith("UTC]"), frame.time.dtype
    assert frame.price.dtype == "float64" and frame.sentiment.dtype == "float64"
    times = frame.time.dt.as_unit("ms").astype("int64").tolist()
    values = [[None if value != value else value for value in frame[name].tolist()] for name in ["price", "sentiment"]]
    print(json.dumps(list(zip(times, *values))))`,
    folder,
  );
  for (const text of output.trimEnd().split('\n')) assert.deepEqual(JSON.parse(text), ROWS);
});

test('polars reads all exports to the last digit', needsPython, async (t) => {
  const folder = await exported(t);
  const output = await runPython(
    `${recipe('import polars')}
import json
for frame in [samples, from_csv, from_ndjson]:
    assert str(frame.schema["time"]).startswith("Datetime(") and "UTC" in str(frame.schema["time"]), frame.schema
    assert frame.schema["price"] == pl.Float64 and frame.schema["sentiment"] == pl.Float64
    print(json.dumps(frame.with_columns(pl.col("time").dt.epoch("ms")).rows()))`,
    folder,
  );
  for (const text of output.trimEnd().split('\n')) assert.deepEqual(JSON.parse(text), ROWS);
});

test('DuckDB reads all exports to the last digit, and takes days by UTC', needsPython, async (t) => {
  const folder = await exported(t);
  writeFileSync(join(folder, 'recipe.sql'), recipe('SET TimeZone'));
  const output = await runPython(
    `import duckdb, json
connection = duckdb.connect()
connection.execute(open("recipe.sql").read())
for table in ["samples", "from_csv", "from_ndjson"]:
    types = [row[1] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
    assert types == ["TIMESTAMP WITH TIME ZONE", "DOUBLE", "DOUBLE"], types
    print(json.dumps(connection.execute(f"SELECT epoch_ms(time), price, sentiment FROM {table} ORDER BY time").fetchall()))
    first = connection.execute(f"SELECT min(time::DATE)::TEXT FROM {table}").fetchone()
    assert first == ("2024-01-01",), first
# Statistics let it skip row groups.
print(json.dumps(connection.execute("SELECT count(*) FROM parquet_metadata('samples.parquet') WHERE stats_min_value IS NOT NULL AND stats_max_value IS NOT NULL").fetchall()))`,
    folder,
  );
  const [statistics, ...tables] = output.trimEnd().split('\n').toReversed();
  for (const text of tables) assert.deepEqual(JSON.parse(text), ROWS);
  assert.deepEqual(JSON.parse(statistics ?? ''), [[3]], 'each of the three columns has them');
});

test('exports that went through DuckDB, polars and pandas come back equal', needsPython, async (t) => {
  const folder = await exported(t);
  const csv = readFileSync(join(folder, 'samples.csv'), 'utf8');
  await runPython(
    `import duckdb, pandas, polars
for zone in ["UTC", "America/New_York", "Asia/Kolkata"]:
    name = zone.replace("/", "-")
    duckdb.execute(f"SET TimeZone = '{zone}'")
    duckdb.execute(f"COPY (FROM 'samples.parquet') TO 'duckdb-{name}.csv'")
    duckdb.execute(f"COPY (FROM 'samples.parquet') TO 'duckdb-{name}.parquet'")
polars.read_parquet("samples.parquet").write_parquet("polars.parquet")
polars.read_parquet("samples.parquet").write_csv("polars.csv")
polars.read_parquet("samples.parquet").write_parquet("polars-gzip.parquet", compression="gzip")
pandas.read_parquet("samples.parquet").to_parquet("pandas.parquet")
pandas.read_parquet("samples.parquet").to_parquet("pandas-brotli.parquet", compression="brotli")
pandas.read_parquet("samples.parquet").to_csv("pandas.csv", index=False)
naive = pandas.read_parquet("samples.parquet")
naive.time = naive.time.dt.tz_localize(None)
naive.to_parquet("naive.parquet")
naive.rename(columns={"time": "when"}).to_parquet("other.parquet")`,
    folder,
  );
  const zones = ['UTC', 'America-New_York', 'Asia-Kolkata'];
  const files = [
    ...zones.flatMap((zone) => [`duckdb-${zone}.csv`, `duckdb-${zone}.parquet`]),
    ...['polars.parquet', 'polars.csv', 'polars-gzip.parquet'],
    ...['pandas.parquet', 'pandas-brotli.parquet', 'pandas.csv', 'naive.parquet'],
  ];
  for (const file of files) {
    const env = { DATA_DIR: temporaryFolder(t) };
    const zone = file === 'naive.parquet' ? ['--zone', 'UTC'] : [];
    const outcome = await command(t, ['import', join(folder, file), '--json', ...zone], env);
    assert.equal(JSON.parse(outcome.stdout).added, SAMPLES.length, `${file}: ${outcome.stderr}`);
    assert.equal((await command(t, ['export'], env)).stdout, csv, file);
  }
  const env = { DATA_DIR: temporaryFolder(t) };
  const naive = await command(t, ['import', join(folder, 'naive.parquet')], env);
  assert.deepEqual(
    [naive.code, /have no time zone: add --zone UTC/.test(naive.stderr)],
    [65, true],
    naive.stderr,
  );
  const other = await command(t, ['import', join(folder, 'other.parquet')], env);
  assert.equal(other.code, 65);
  assert.match(other.stderr, /it names when, price, sentiment; use --columns time=NAME,price=NAME\n/);
});

test('pandas walks all pages of a long range', needsPython, async (t) => {
  const now = Date.now();
  const service = await startKept(t, 'SQLite', () => now);
  const hours = Array.from({ length: 12_000 }, (_, index) => ({
    time: now - index * 3_600_000,
    price: index + 1,
  }));
  await service.keep(hours);
  const code = recipe('import io').replace('http://127.0.0.1:8080', service.address);
  const output = await runPython(
    `${code}
print(len(pages), len(history), history.time.is_monotonic_increasing, history.price.sum(), history.price_samples.sum(), str(history.time.dtype)[-4:])`,
    temporaryFolder(t),
  );
  assert.equal(output, `3 12000 True ${(12_000 * 12_001) / 2}.0 12000 UTC]\n`);
});

function has(program: string): boolean {
  try {
    execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
}

test('R reads an export', { skip: !has('Rscript') && 'there is no R here' }, async (t) => {
  const folder = await exported(t);
  const program = `${recipe('samples <-')}
stopifnot(inherits(samples$time, "POSIXct"), is.numeric(samples$price), is.numeric(samples$sentiment))
cat(sprintf("%.0f %.17g %.17g\n", round(as.numeric(samples$time) * 1000), samples$price, samples$sentiment), sep = "")`;
  const { stdout } = await promisify(execFile)('Rscript', ['-e', program], { cwd: folder, timeout: 60_000 });
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((text) => text.split(' ').map((value) => (value === 'NA' ? null : Number(value))));
  // R's own parser may be off in the last digit.
  const near = (one: number | null | undefined, other: number | null) =>
    one === other ||
    (typeof one === 'number' && other !== null && Math.abs(one - other) <= 4e-16 * Math.abs(other));
  assert.equal(rows.length, ROWS.length);
  for (const [index, row] of ROWS.entries())
    for (const [column, value] of row.entries())
      assert.ok(near(rows[index]?.[column], value), `${rows[index]} is not ${row}`);
});

test('LibreOffice opens an export with dates and numbers', {
  skip: !has('soffice') && 'there is no LibreOffice here',
}, async (t) => {
  const folder = await exported(t);
  const env = { DATA_DIR: join(folder, 'data') };
  const text = (await command(t, ['export', '--spreadsheet'], env)).stdout;
  writeFileSync(join(folder, 'sheet.csv'), text);
  await promisify(execFile)(
    'soffice',
    [`-env:UserInstallation=file://${folder}/profile`, '--headless', '--convert-to', 'fods', 'sheet.csv'],
    {
      cwd: folder,
      timeout: 120_000,
    },
  );
  const sheet = readFileSync(join(folder, 'sheet.fods'), 'utf8');
  const rows = [...sheet.matchAll(/<table:table-row[^>]*>([\s\S]*?)<\/table:table-row>/g)].map(
    ([, cells = '']) => cells,
  );
  const [, ...records] = rows.slice(0, SAMPLES.length + 1);
  const values = records.map((cells) => {
    const [, date = ''] =
      /^\s*<table:table-cell [^>]*office:value-type="date" office:date-value="([^"]+)"/.exec(cells) ?? [];
    return Date.parse(`${date}Z`);
  });
  assert.equal(values.length, ROWS.length);
  // It writes hundredths of a second.
  for (const [index, [time]] of ROWS.entries())
    assert.ok(Math.abs((values[index] ?? 0) - time) < 10, `${values[index]} is not ${time}`);
  const floats = rows
    .slice(1)
    .join('')
    .match(/office:value-type="float"/g)?.length;
  assert.equal(floats, ROWS.flatMap(([, ...rest]) => rest.filter((value) => value !== null)).length);
  const back = { DATA_DIR: temporaryFolder(t) };
  await command(t, ['import', join(folder, 'sheet.csv'), '--zone', 'UTC'], back);
  assert.equal((await command(t, ['export', '--spreadsheet'], back)).stdout, text);
});
