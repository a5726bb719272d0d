import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Sample } from '../../src/domain/sample.ts';
import { sampleParquet } from '../../src/parquet/rows.ts';
import { needsPython, runPython } from '../support/clients/python.ts';
import { temporaryFolder } from '../support/temporary.ts';

const PARSERS = { timestampFromMilliseconds: Number };
const COMPRESSORS = { ZSTD: (page: Uint8Array) => zstdDecompressSync(page) };

function write(samples: readonly Sample[], rowsPerGroup: number): Buffer {
  const { add, end } = sampleParquet(rowsPerGroup);
  return Buffer.concat([add(samples.slice(0, 5)), add(samples.slice(5)), end()]);
}

const time = fc.oneof(
  fc.integer({ min: Date.UTC(2009, 0, 3), max: Date.UTC(2100, 0) }),
  fc.integer({ min: 0, max: 20 }).map((minutes) => Date.UTC(2024, 0) + minutes * 60_000),
);
const price = fc.oneof(fc.double({ min: 1e-300, max: 1e12, noNaN: true }), fc.constantFrom(1, 2, 0.1));
const sentiment = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(-1, 0, 0.5));
const sample = fc
  .tuple(time, fc.option(price, { nil: undefined }), fc.option(sentiment, { nil: undefined }))
  .map(([at, one, other]) => ({
    time: at,
    ...(one !== undefined && { price: one }),
    ...(other !== undefined && { sentiment: other + 0 }),
  }));

test('any samples are written so that an independent reader reads the same, with statistics', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sample, { maxLength: 300, size: 'max' }),
      fc.integer({ min: 1, max: 130 }),
      async (samples, rowsPerGroup) => {
        const { buffer } = new Uint8Array(write(samples, rowsPerGroup));
        const rows = await parquetReadObjects({ file: buffer, compressors: COMPRESSORS, parsers: PARSERS });
        assert.deepEqual(
          rows.map((row) => ({ ...row })),
          samples.map((one) => ({ price: null, sentiment: null, ...one })),
        );
        const { row_groups: groups, num_rows: count } = await parquetMetadataAsync(buffer, {
          parsers: PARSERS,
        });
        assert.equal(Number(count), samples.length);
        assert.equal(groups.length, Math.ceil(samples.length / rowsPerGroup));
        for (const [index, { columns }] of groups.entries()) {
          const part = samples.slice(index * rowsPerGroup, (index + 1) * rowsPerGroup);
          for (const [column, name] of (['time', 'price', 'sentiment'] as const).entries()) {
            const values = part.map((one: Sample) => one[name]).filter((value) => value !== undefined);
            const { statistics } = columns[column]?.meta_data ?? {};
            assert.equal(Number(statistics?.null_count), part.length - values.length);
            if (values.length === 0) continue;
            assert.equal(statistics?.min_value, Math.min(...values));
            assert.equal(statistics?.max_value, Math.max(...values));
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});

test(
  'DuckDB, pandas and polars read many row groups of all kinds to the last digit',
  needsPython,
  async (t) => {
    const folder = temporaryFolder(t);
    const count = 40_000;
    const samples = Array.from({ length: count }, (_, index) => ({
      // Regular, with gaps of years, and in bursts.
      time: Date.UTC(2012, 0) + index * 30_000 + (index > 20_000 ? 3e11 : 0) + (index % 7 === 3 ? 17 : 0),
      ...(index % 11 !== 5 && {
        price: index < 10_000 ? 100 + (index % 50) / 4 : Math.exp(10 + Math.sin(index)),
      }),
      ...(index > 30_000 && { sentiment: Math.cos(index) }),
      ...(index < 5000 && { sentiment: (index % 200) / 100 - 1 }),
    }));
    const bytes = write(samples, 4096);
    writeFileSync(join(folder, 'many.parquet'), bytes);
    const rows = samples.map(({ time: at, price: one, sentiment: other }) => [
      at,
      one ?? null,
      other ?? null,
    ]);
    writeFileSync(join(folder, 'right.json'), JSON.stringify(rows));
    const output = await runPython(
      `
import json, duckdb, pandas, polars
right = [tuple(row) for row in json.load(open("right.json"))]
seen = duckdb.sql("SELECT epoch_ms(time), price, sentiment FROM 'many.parquet'").fetchall()
print(seen == right)
frame = pandas.read_parquet("many.parquet")
times = frame.time.dt.as_unit("ms").astype("int64").tolist()
values = [[None if value != value else value for value in frame[name].tolist()] for name in ["price", "sentiment"]]
print(list(zip(times, *values)) == right)
print(polars.read_parquet("many.parquet").with_columns(polars.col("time").dt.epoch("ms")).rows() == right)
# Statistics let a range be read without the other row groups, and are right.
late = [row for row in right if row[0] >= ${samples[30_000]?.time}]
print(duckdb.sql("SELECT count(*) FROM 'many.parquet' WHERE epoch_ms(time) >= ${samples[30_000]?.time}").fetchall()[0][0] == len(late))
print(duckdb.sql("SELECT count(*) FROM 'many.parquet' WHERE time >= make_timestamptz(${(samples[30_000]?.time ?? 0) * 1000})").fetchall()[0][0] == len(late))`,
      folder,
    );
    assert.deepEqual(output.trimEnd().split('\n'), ['True', 'True', 'True', 'True', 'True']);
  },
);
