import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Sample } from '../../src/domain/sample.ts';
import { readInput } from '../../src/import-export/formats/read-input.ts';
import { NO_TABLE_OPTIONS } from '../../src/import-export/tables/table-options.ts';
import { UnusableError } from '../../src/import-export/unusable-input.ts';

const START = Date.UTC(2024, 0, 1);
const NOW = Date.UTC(2026, 0, 1);

interface Read {
  readonly samples: readonly Sample[];
  readonly rejected: readonly string[];
  readonly fault: string | undefined;
}

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** @param size of the chunks that it comes in. */
async function read(content: string | Buffer, size = 2 ** 19): Promise<Read> {
  const samples: Sample[] = [];
  const rejected: string[] = [];
  const needs = {
    clock: () => NOW,
    table: NO_TABLE_OPTIONS,
    notice: () => undefined,
    isSimulated: false,
    onRecognised: () => undefined,
  };
  try {
    for await (const batch of readInput({ chunks: cut(Buffer.from(content), size) }, needs)) {
      samples.push(...batch.samples);
      rejected.push(...batch.rejected.map(({ line, reason }) => `${line} ${reason}`));
    }
    return { samples, rejected, fault: undefined };
  } catch (error) {
    if (!(error instanceof UnusableError)) throw error;
    return { samples, rejected, fault: error.message };
  }
}

/** Whatever the chunks are, the same is read; so each case is tried with all of them. */
async function readAnyhow(content: string | Buffer): Promise<Read> {
  const whole = await read(content);
  for (const size of [1, 2, 3, 7, 64])
    assert.deepEqual(await read(content, size), whole, `chunks of ${size}`);
  return whole;
}

const time = fc.integer({ min: START, max: NOW });
const sample = fc.tuple(
  time,
  fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const quote = (text: string, isQuoted: boolean) => (isQuoted ? `"${text.replaceAll('"', '""')}"` : text);

test('any line ends and quotes are read correctly, in chunks of any size', async () => {
  const note = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', 'é', ' '), maxLength: 6 });
  const row = fc.record({
    sample,
    note,
    end: lineEnd,
    quotes: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 90 }),
      async (rows, size) => {
        const lines = rows.map(({ sample: values, note: words, quotes, end }) => {
          const fields = values.map((value, index) => quote(String(value + 0), quotes[index] ?? false));
          return `${fields.join(',')},${quote(words, true)}${end}`;
        });
        const { samples, rejected, fault } = await read(`time,price,sentiment,note\n${lines.join('')}`, size);
        assert.deepEqual({ rejected, fault }, { rejected: [], fault: undefined });
        const right = rows.map(({ sample: [at, price, sentiment] }) => ({
          time: at,
          price,
          sentiment: sentiment + 0,
        }));
        assert.deepEqual(samples, right);
      },
    ),
    { numRuns: 300 },
  );
});

test('columns are found by name, in any order, and values may be absent', async () => {
  const { samples } = await readAnyhow(
    '﻿Sentiment , TIME,price\r\n0.5,1704067200,\n,1704067201,7\n-1,1704067202,8\n',
  );
  assert.deepEqual(samples, [
    { time: START, sentiment: 0.5 },
    { time: START + 1000, price: 7 },
    { time: START + 2000, price: 8, sentiment: -1 },
  ]);
});

test('a last line without an end is a record; empty lines are not', async () => {
  const { samples, rejected } = await readAnyhow('time,price\n\n1704067200,1\r\n\r\n  \n1704067201,2');
  assert.equal(samples.length, 2);
  assert.deepEqual(rejected, []);
});

for (const [form, texts] of [
  ['RFC 3339', ['2024-01-01T00:00:00Z', '2024-01-01T01:00:01.5+01:00']],
  ['seconds', ['1704067200', '1704067201.5']],
  ['milliseconds', ['1704067200000', '1704067201500']],
  ['microseconds', ['1704067200000000', '1704067201500999']],
  ['nanoseconds', ['1704067200000000000', '1704067201500999000']],
] as const) {
  test(`times in ${form} are detected, as text and as JSON`, async () => {
    const right = [
      { time: START, price: 1 },
      { time: START + 1500, price: 1 },
    ];
    assert.deepEqual(
      (await readAnyhow(`time,price\n${texts.map((text) => `${text},1\n`).join('')}`)).samples,
      right,
    );
    const quotes = form === 'RFC 3339' ? '"' : '';
    const lines = texts.map((text) => `{"price":"1","time":${quotes}${text}${quotes}}`);
    assert.deepEqual((await readAnyhow(lines.join('\n'))).samples, right);
    assert.deepEqual((await readAnyhow(`[${lines.join(',\n')}]`)).samples, right);
  });
}

test('a second time format is an error with its line, and records before it are returned', async () => {
  for (const other of ['1704067201000', '2024-01-01T00:00:01Z', '"1704067201000"']) {
    const { samples, fault } = await readAnyhow(`time,price\n1704067200,1\n5,1\n${other},2\n1704067202,3\n`);
    assert.deepEqual(samples, [{ time: START, price: 1 }]);
    assert.match(
      fault ?? '',
      /^line 4: times change from seconds to (milliseconds|RFC 3339): use one format/,
    );
  }
});

test('errors name the line, even after quotes over several lines', async () => {
  const lines = [
    'time,price,sentiment',
    '1704067200,"1',
    '",2',
    '1704067200,-1,0',
    '1704067200,1,2',
    '1704067200,,',
    'x,1,0',
    '1704067200,1',
    '1704067200,1,0,0',
    '1704067200,1"0,0',
    '1704067200,"1"0,0',
    '999999999,1,0',
    '2704067200,1,0',
    '1704067200,1,0',
  ];
  const { samples, rejected } = await readAnyhow(lines.join('\r\n'));
  assert.deepEqual(samples, [{ time: START, price: 1, sentiment: 0 }]);
  assert.deepEqual(rejected, [
    '2 sentiment_invalid',
    '4 price_invalid',
    '5 sentiment_invalid',
    '6 no_value',
    '7 time_invalid',
    '8 wrong_number_of_columns',
    '9 wrong_number_of_columns',
    '10 malformed',
    '11 malformed',
    '12 time_before_bitcoin',
    '13 time_in_the_future',
  ]);
});

test('an unclosed quote affects only its line', async () => {
  const rest = Array.from({ length: 10_000 }, (_, index) => `${1704067300 + index},1\n`).join('');
  const { samples, rejected, fault } = await read(`time,price\n1704067200,1\n1704067201,"1\n${rest}`);
  assert.equal(samples.length, 10_001);
  assert.deepEqual(rejected, ['3 malformed']);
  assert.equal(fault, undefined);
});

test('invalid JSON lines are named, and the others read', async () => {
  const lines = [
    '{"time":1704067200,"price":1,"volume":5}',
    '{"time":',
    '[1]',
    'null',
    '"x"',
    '',
    '{}',
    '{"time":1704067201,"price":2}',
  ];
  const { samples, rejected } = await readAnyhow(lines.join('\r\n'));
  assert.equal(samples.length, 2);
  assert.deepEqual(rejected, [
    '2 malformed',
    '3 not_an_object',
    '4 not_an_object',
    '5 not_an_object',
    '7 time_invalid',
  ]);
});

test('a JSON list is read record by record, whatever its records and format', async () => {
  const records = [
    { timestamp: START / 1000, btc_price: '1', mean: 0.5, note: '],[{"\\' },
    { timestamp: START / 1000 + 1, btc_price: '2', mean: null, nested: [{ a: [] }] },
  ];
  const right = [
    { time: START, price: 1, sentiment: 0.5 },
    { time: START + 1000, price: 2 },
  ];
  for (const indent of [undefined, 2]) {
    const { samples, rejected, fault } = await readAnyhow(
      `  ${JSON.stringify([...records, 7, null], null, indent)}\n`,
    );
    assert.deepEqual(samples, right);
    assert.equal(rejected.filter((one) => /not_an_object/.test(one)).length, 2);
    assert.equal(fault, undefined);
  }
  assert.deepEqual(await readAnyhow('[]'), { samples: [], rejected: [], fault: undefined });
});

test('an incomplete or invalid JSON list returns the records before, and names the line', async () => {
  const record = '{"time":1704067200,"price":1}';
  for (const [text, count, line] of [
    [`[${record},\n${record}`, 2, 2],
    [`[${record},\n${record.slice(0, 9)}`, 1, 2],
    [`[${record},\n\n${record}]\n]`, 2, 4],
    [`[${record}\n${record}]`, 1, 2],
    ['[,]', 0, 1],
    ['[', 0, 1],
  ] as const) {
    const { samples, fault } = await readAnyhow(text);
    assert.equal(samples.length, count, text);
    assert.match(fault ?? '', new RegExp(`^line ${line}: the JSON list`), text);
  }
});

test('simulated samples do not mix with real ones', async () => {
  const { samples, fault } = await readAnyhow(
    '[{"timestamp":1704067200,"btc_price":1,"source":"simulated"}]',
  );
  assert.deepEqual(samples, []);
  assert.match(fault ?? '', /line 1: .*simulated/);
});

test('gzip is detected by content; if it is incomplete or damaged, records before are returned', async () => {
  const lines = Array.from(
    { length: 50_000 },
    (_, index) => `${1704067200 + index},${((index * 7919) % 100_003) + 1}\n`,
  );
  const packed = gzipSync(`time,price\n${lines.join('')}`);
  assert.equal((await read(packed)).samples.length, 50_000);
  assert.equal((await read(packed, 1000)).samples.length, 50_000);
  const { samples, fault } = await read(packed.subarray(0, packed.length / 2), 10_000);
  assert.ok(samples.length > 0 && samples.length < 50_000, `${samples.length} samples`);
  assert.equal(fault, `line ${samples.length + 2}: the gzip data is truncated or damaged`);
  // What is damaged may still be unpacked, into lines of any kind, before that is seen.
  const damaged = await read(Buffer.from(packed).fill(7, packed.length / 2), 10_000);
  assert.match(damaged.fault ?? '', /^line \d+: /);
  assert.match((await read(packed.subarray(0, 15))).fault ?? '', /^line 1: the gzip data is truncated/);
});

test('input without samples is rejected with a reason', async () => {
  for (const [content, fault] of [
    ['', /^it is empty$/],
    ['﻿', /^line 1: there is no line that names the columns$/],
    [Buffer.from('\u007fELF\u0001'), /^line 1: it is not text/],
    [Buffer.from('﻿time,price\n', 'utf16le'), /^line 1: it is UTF-16/],
    ['price,sentiment\n1,2\n', /^line 1: .*it names price, sentiment; use --columns time=NAME,price=NAME$/],
    [
      'time;price\n1704067200;2\n',
      /^line 1: .*separated by commas; these are separated by semicolons, which --delimiter ';' reads: time;price$/,
    ],
    ['1704067200,1\n', /^line 1: the first line has to name the columns/],
    ['time,time,price\n', /^line 1: two columns are called time/],
    ['time,"price\n', /^line 1: the first line has an unclosed quote/],
    ['"time","pri', /^line 1: /],
    [`time,price\n1704067200,1\n${'x'.repeat(70_000)}`, /^line 3: it does not end within 65536 bytes/],
    [`{"time":1704067200,"price":1}\n${'{'.repeat(70_000)}`, /^line 2: it does not end/],
    [`[{"time":1704067200,"price":1},\n{"a":"${'x'.repeat(70_000)}`, /^line 2: /],
  ] as const) {
    assert.match((await read(content)).fault ?? 'nothing', fault, String(content).slice(0, 40));
  }
});

test('few of many short invalid lines are in memory at once', async () => {
  const lines = 500_000;
  const needs = {
    clock: () => NOW,
    table: NO_TABLE_OPTIONS,
    notice: () => undefined,
    isSimulated: false,
    onRecognised: () => undefined,
  };
  const content = Buffer.from(`time,price\n${'-\n'.repeat(lines)}`);
  let rejected = 0;
  for await (const batch of readInput({ chunks: cut(content, 2 ** 20) }, needs)) {
    assert.ok(batch.rejected.length <= 50_000, `${batch.rejected.length} at once`);
    rejected += batch.rejected.length;
  }
  assert.equal(rejected, lines);
});
