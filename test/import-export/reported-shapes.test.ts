import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readInput } from '../../src/import-export/formats/read-input.ts';
import { NO_TABLE_OPTIONS } from '../../src/import-export/tables/table-options.ts';
import { UnusableError } from '../../src/import-export/unusable-input.ts';

const NOW = Date.UTC(2026, 0, 1);

interface Outcome {
  /** `time price`, and the sentiment where there is one. */
  readonly samples: readonly string[];
  readonly form: string | undefined;
  /** `line reason`, and what the time was found to be. */
  readonly rejected: readonly string[];
  readonly fault: string | undefined;
}

async function read(content: string | Buffer, chunkBytes: number): Promise<Outcome> {
  const samples: string[] = [];
  const rejected: string[] = [];
  let form = (): string | undefined => undefined;
  const bytes = Buffer.from(content);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  let fault: string | undefined;
  try {
    const needs = {
      clock: () => NOW,
      table: NO_TABLE_OPTIONS,
      notice: () => undefined,
      isSimulated: false,
      onRecognised: ({ times }: { times: { form(): string | undefined } }) => {
        form = times.form;
      },
    };
    for await (const batch of readInput({ chunks: chunks() }, needs)) {
      for (const { time, price, sentiment } of batch.samples)
        samples.push(
          [new Date(time).toISOString(), price, sentiment].filter((one) => one !== undefined).join(' '),
        );
      for (const { line, reason, time } of batch.rejected)
        rejected.push(`${line} ${reason}${time ? `: ${time.found} ${time.why}` : ''}`);
    }
  } catch (error) {
    if (!(error instanceof UnusableError)) throw error;
    fault = error.message;
  }
  return { samples, form: form(), rejected, fault };
}

/** The same whatever the chunks are. */
async function readAnyhow(content: string | Buffer): Promise<Outcome> {
  const whole = await read(content, 2 ** 19);
  for (const chunkBytes of content.length > 10_000 ? [997] : [1, 5, 64])
    assert.deepEqual(await read(content, chunkBytes), whole, `chunks of ${chunkBytes}`);
  return whole;
}

const EXPONENT = /is in exponent notation, which drops digits: write the column as whole numbers/;
const NO_ZONE = /has no time zone: end it with Z for UTC, or with an offset/;
const NOT_A_TIME = /is not a time: write 2023-11-15T00:00:00Z \(RFC 3339\), a date/;

/** A time as a file has it, and why it is not let in. */
for (const [why, texts] of [
  [
    EXPONENT,
    [
      '1.73569E+12',
      '1.73569e+12',
      '1.73569E12',
      '1.735689600E+09',
      '1.7E+9',
      '2E+12',
      '1.735689600123456E+15',
      '1.7356896E18',
      '1735689600E0',
      '17356896000E-1',
      '-1.7E+12',
      '1,73569E+12',
      '1.735689600000E+012',
    ],
  ],
  [
    NO_ZONE,
    [
      '2025-01-01 00:00:00',
      '2025-01-01T00:00:00',
      '2025-01-01t00:00:00',
      '2025-01-01 00:00',
      '2025-01-01T00:00',
      '2025-01-01 00:00:00.000',
      '2025-01-01T00:00:00.123456',
      '2025-01-01 23:59:59',
      '2025-06-30T12:00:00.5',
      '2016-02-29 08:15',
      '2025-01-01 00:00:00.123456789',
    ],
  ],
  [
    NOT_A_TIME,
    [
      'yesterday',
      'Nov 15, 2023',
      '15 Nov 2023 00:00:00',
      '2023/11/15 00:00:00',
      '20231115',
      '20231115T000000Z',
      '2023-W46-3',
      '2023-02-30T00:00:00Z',
      '2023-11-15T25:00:00Z',
      '2023-11-15 00:00:00 CET',
      '0x65541',
      'NaN',
      '1,735,689,600',
    ],
  ],
] as const) {
  test(`a time that ${why.source.slice(0, 60)} is rejected with the value and what is valid`, async () => {
    for (const text of texts) {
      const { samples, rejected } = await readAnyhow(`time,price\n"${text}",1\n`);
      assert.deepEqual(samples, [], text);
      if (text === '20231115') assert.deepEqual(rejected, ['2 time_before_bitcoin']);
      else {
        assert.equal(rejected.length, 1, text);
        assert.ok(rejected[0]?.startsWith(`2 time_invalid: "${text}" `), String(rejected[0]));
        assert.match(rejected[0] ?? '', why, text);
      }
    }
  });
}

test('prices and sentiments keep exponents and all digits', async () => {
  const { samples } = await readAnyhow(
    'time,price,sentiment\n1735689600,9.350785E+4,1.2345678901234566e-1\n',
  );
  assert.deepEqual(samples, ['2025-01-01T00:00:00.000Z 93507.85 0.12345678901234566']);
});

test('exponent notation is rejected in JSON too, but only in the time', async () => {
  const { samples, rejected } = await readAnyhow(
    [
      '{"time":1735689600000,"price":9.4e4,"volume":1.2e3}',
      '{"time":1.73569E+12,"price":1}',
      '{"price":2, "timestamp" : 1.73569e9, "btc_price":1}',
      '{"note":{"time":1e3},"time":1735689600001,"price":2}',
    ].join('\n'),
  );
  assert.deepEqual(samples, ['2025-01-01T00:00:00.000Z 94000', '2025-01-01T00:00:00.001Z 2']);
  assert.equal(rejected.length, 2);
  for (const one of rejected) assert.match(one, EXPONENT);
  const list = await readAnyhow('[{"time":1.73569E+12,"price":1}]');
  assert.match(list.rejected.join(), EXPONENT);
});

/** Times of one column, and the last of them as it is kept. */
for (const [form, columns] of [
  [
    'microseconds',
    [
      ['1735689600000000', '1735689660000000', '2025-01-01T00:01:00.000Z'],
      ['1231006505000000', '2009-01-03T18:15:05.000Z'],
      ['1735689600123456', '2025-01-01T00:00:00.123Z'],
      ['1735689600123999', '2025-01-01T00:00:00.123Z'],
      ['1735689600123456.789', '2025-01-01T00:00:00.123Z'],
      ['1230940800000000', '2009-01-03T00:00:00.000Z'],
      ['1735775999999999', '2025-01-01T23:59:59.999Z'],
      ['"1735689600000000"', '2025-01-01T00:00:00.000Z'],
      [' 1735689600000000 ', '2025-01-01T00:00:00.000Z'],
      ['1767225600000000', '2026-01-01T00:00:00.000Z'],
    ],
  ],
  [
    'nanoseconds',
    [
      ['1735689600000000000', '1735689660000000000', '2025-01-01T00:01:00.000Z'],
      ['1735689600123000000', '2025-01-01T00:00:00.123Z'],
      ['1735689600001000000', '2025-01-01T00:00:00.001Z'],
      ['1735689600999999999', '2025-01-01T00:00:00.999Z'],
      ['1231006505000000000', '2009-01-03T18:15:05.000Z'],
      ['1735689600123000000.5', '2025-01-01T00:00:00.123Z'],
      ['"1735689600123000000"', '2025-01-01T00:00:00.123Z'],
      ['1600000000000000001', '2020-09-13T12:26:40.000Z'],
      ['1735689599999000000', '2024-12-31T23:59:59.999Z'],
      ['1767225600000000000', '2026-01-01T00:00:00.000Z'],
    ],
  ],
  [
    'RFC 3339',
    [
      ['2025-01-01', '2025-01-02', '2025-01-02T00:00:00.000Z'],
      ['2024-02-29', '2024-02-29T00:00:00.000Z'],
      ['2009-01-03', '2009-01-03T00:00:00.000Z'],
      ['2025-01-01 00:00:00 UTC', '2025-01-02 00:00:00 UTC', '2025-01-02T00:00:00.000Z'],
      ['2023-11-15 12:34:56 UTC', '2023-11-15T12:34:56.000Z'],
      ['2023-11-15 12:34:56.789 UTC', '2023-11-15T12:34:56.789Z'],
      ['2023-11-15 12:34 UTC', '2023-11-15T12:34:00.000Z'],
      ['2023-11-15 12:34:56 GMT', '2023-11-15T12:34:56.000Z'],
      ['2023-11-15 12:34:56 utc', '2023-11-15T12:34:56.000Z'],
      ['2023-11-15T12:34:56UTC', '2023-11-15T12:34:56.000Z'],
      ['2023-11-15 12:34:56+00', '2023-11-15T12:34:56.000Z'],
      ['2023-11-15 07:34:56-0500', '2023-11-15T12:34:56.000Z'],
      ['2023-11-15 18:04:56+05:30', '2023-11-15T12:34:56.000Z'],
      ['"2023-11-15 12:34:56 UTC"', '2023-11-15T12:34:56.000Z'],
      ['2023-11-15', '2023-11-15T12:00:00Z', '2023-11-15T12:00:00.000Z'],
    ],
  ],
] as const) {
  test(`times in ${form} are recognised, to the millisecond`, async () => {
    for (const column of columns) {
      const texts: readonly string[] = column.slice(0, -1);
      const last = column.at(-1);
      const outcome = await readAnyhow(`time,price\n${texts.map((text) => `${text},1\n`).join('')}`);
      assert.deepEqual(outcome.rejected, [], texts.join());
      assert.equal(outcome.form, form, texts.join());
      assert.equal(outcome.samples.length, texts.length);
      assert.equal(outcome.samples.at(-1), `${last} 1`);
    }
  });
}

test('a number that is not a time in any unit is before or after all times', async () => {
  for (const [text, reason] of [
    ['12', 'time_before_bitcoin'],
    ['0', 'time_before_bitcoin'],
    ['-1735689600', 'time_before_bitcoin'],
    ['200000000000', 'time_before_bitcoin'],
    ['1000000000000000', 'time_in_the_future'],
    ['1000000000000000000', 'time_in_the_future'],
    ['999999999999999999999999', 'time_in_the_future'],
  ] as const) {
    const { rejected, form } = await readAnyhow(`time,price\n${text},1\n`);
    assert.deepEqual(rejected, [`2 ${reason}`], text);
    assert.equal(form, undefined);
  }
});

test('a change of unit is rejected from that line on, and both units are named', async () => {
  const at = {
    seconds: '1735689600',
    milliseconds: '1735689600000',
    microseconds: '1735689600000000',
    nanoseconds: '1735689600000000000',
    'RFC 3339': '2025-01-01',
  };
  for (const [before, first] of Object.entries(at)) {
    for (const [after, second] of Object.entries(at)) {
      if (before === after) continue;
      const { samples, fault } = await readAnyhow(`time,price\n${first},1\n${first},2\n${second},3\n`);
      assert.equal(samples.length, 2);
      assert.equal(fault, `line 4: times change from ${before} to ${after}: use one format for all`);
    }
  }
});

const MARKET_CHART =
  /^line 1: it is a market chart.*: convert it with jq -c '\.prices\[\] \| \{time: \.\[0\], price: \.\[1\]\}'$/;
const PANDAS = /^line 1: it is a pandas table .*orient="records", lines=True\)$/;

for (const [what, fault, contents] of [
  [
    'a market chart',
    MARKET_CHART,
    [
      '{"prices":[[1735689600000,93507.85],[1735693200000,93600.1]],"market_caps":[],"total_volumes":[]}',
      '{"prices":[[1735689600000,93507.85]]}\n',
      ' {"prices": [[1735689600000, 93507.85]]}',
      '{\n  "prices": [\n    [\n      1735689600000,\n      93507.85\n    ]\n  ]\n}\n',
      `{"prices":[${'[1735689600000,93507.85],'.repeat(5000)}[1,2]]}`,
      '{"status":"ok","prices":[[1735689600000,93507.85]]}',
      '{"id":"bitcoin","vs_currency":"usd","prices":[[1735689600000,93507.85]]}',
      '{"market_caps":[],"prices":[[1735689600000,93507.85]]}',
      `{"status":{},"code":200,"prices":[${'[1735689600000,93507.85],'.repeat(5000)}[1,2]]}`,
      '{"cached":false,"next":null,"prices":[[1735689600000.0,93507.85]]}\r\n',
      '\ufeff{"prices":[[1735689600000,93507.85]]}',
      '{"prices"\t:\t[\n[1735689600000,"93507.85"]]}',
    ],
  ],
  [
    'a table of pandas',
    PANDAS,
    [
      '{"time":{"0":1735689600000,"1":1735693200000},"price":{"0":93507.85,"1":93600.1}}',
      '{"price":{"1735689600000":93507.85,"1735693200000":93600.1}}',
      '{"columns":["time","price"],"index":[0],"data":[[1735689600000,93507.85]]}',
      '{"schema":{"fields":[]},"data":[{"time":1735689600000,"price":93507.85}]}',
      '{"0":{"time":1735689600000,"price":93507.85}}',
      '{"1735689600000":{"price":93507.85}}',
      '{"time":{"0":"2025-01-01"},"sentiment":{"0":0.5}}',
      '{"time":{"0":1735689600000},"price":{"0":null}}\n',
      '{"index":[0,1],"columns":["time","price"],"data":[[1735689600000,1],[1735693200000,2]]}',
      '{"schema":{"fields":[{"name":"index"}],"primaryKey":["index"]},"data":[]}',
      '{\n "time": {\n  "0": 1735689600000\n }\n}',
    ],
  ],
  [
    'a list of lists',
    /^line [123]: it is a list of lists, which does not say which value is the time/,
    [
      '[[1735689600000,93507.85],[1735693200000,93600.1]]',
      '[[]]',
      ' [ [1735689600, 1, 2, 3, 4, 5] ]',
      '[["2025-01-01T00:00:00Z",93507.85]]',
      '[\n  [1735689600000, "93576.00", "94509.42"]\n]\n',
      '\ufeff[[1735689600000,1]]',
      '[[1735689600.5]]',
      '[[null,null]]',
      '[ [ [ 1735689600000, 1 ] ] ]',
      '\r\n[\r\n[1735689600000,1]]',
      '[[1735689600000000000,1]]',
    ],
  ],
  [
    'an object around a list',
    /^line 1: it is one object with a list or an object in "(data|result|Data|bpi|t|rates|quotes)", and not samples: write a list/,
    [
      '{"data":[{"priceUsd":"93507.85","time":1735689600000}],"timestamp":1735689600000}',
      '{"result":{"XXBTZUSD":[[1735689600,"1","2","3","4","5","6",7]],"last":1},"error":[]}',
      '{"Data":{"Data":[{"time":1735689600,"close":93507.85}]}}',
      '{"error":[],"result":{"XXBTZUSD":[[1735689600,"1"]]}}',
      '{"code":"0","msg":"","data":[["1735689600000","1"]]}',
      '{"retCode":0,"retMsg":"OK","result":{"list":[["1735689600000","1"]]}}',
      '{"s":"ok","t":[1735689600],"c":[1]}',
      '{"bpi":{"2025-01-01":93507.85}}',
      '{"success":true,"base":"USD","rates":{"BTC":0.00001}}',
      '{"total":1,"quotes":[{"timestamp":"2025-01-01","price":1}]}',
      '{"Response":"Success","Type":100,"Data":[{"time":1735689600,"close":1}]}',
      '{"data":{"base":"BTC","prices":[{"price":"1","time":"2025-01-01"}]}}',
      '{"code":0.0,"version":"v3","errors":{},"data":[]}',
    ],
  ],
  [
    'an object over several lines',
    /^line 1: it is an object over several lines: write a list of objects, or an object per line/,
    ['{\n  "time": 1735689600,\n  "price": 93507.85\n}\n', '{\r\n"time": 1735689600,\r\n"price": 1}'],
  ],
  [
    'a file that is no text',
    /^line 1: it is (a zip archive|compressed with (bzip2|xz)|a 7z archive|a Parquet file|an SQLite|a spreadsheet|a web page)/,
    [
      Buffer.from('PK\u0003\u0004\u0014\u0000', 'latin1'),
      Buffer.from('BZh91AY&SY'),
      Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
      Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'),
      Buffer.from('PAR1\u0015\u0004'),
      Buffer.from('SQLite format 3\u0000'),
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]),
      '<!doctype html><html><title>429</title>',
      '<?xml version="1.0"?><prices/>',
      gzipSync(Buffer.from('PK\u0003\u0004\u0014\u0000', 'latin1')),
    ],
  ],
  [
    'a table with other separators',
    /^line 1: the first line has to name the columns: .*; these are separated by (semicolons|tabs|vertical bars), which --delimiter '(;|\\t|\|)' reads: time(;|\\t|\|) ?price/,
    [
      'time;price;sentiment\n2023-11-15T00:00:00Z;35500,12;0,5\n',
      'time\tprice\n1735689600\t1\n',
      'time|price\n1735689600|1\n',
      'time;price\n',
      '"time";"price"\n"1735689600";"1"\n',
      '"time"\t"price"\n"1735689600"\t"1"\n',
      '\ufefftime;price\r\n1735689600;1\r\n',
      'Time;Price;Sentiment\n2023-11-15;1;0\n',
      ' time\tprice\r1735689600\t1\r',
      'time\tprice\tsentiment\n',
      'time|price|sentiment\n2023-11-15|1|0\n',
      'time;price;volume\n15.11.2023 00:00;35.500,12;1\n',
      gzipSync('time;price\n1735689600;1\n'),
      'time; price\n1735689600; 1\n',
    ],
  ],
  [
    'a table without a header',
    /^line 1: the first line has to name the columns: .*; it holds values: /,
    [
      '2025-01-01,93507.85\n',
      '1735689600000,1',
      '\ufeff1735689600,1\r\n1735689660,2\r\n',
      '"1735689600","93507.85"\n',
      '1735689600.5,1\n',
      'BTCUSDT,1735689600000,1\n',
      '93507.85,2025-01-01\n',
      '1735689600,NaN,NaN\n',
      '-1,1\n',
      '2025-01-01T00:00:00Z,93507.85\n',
      '1735689600,93507.85,buy\n',
    ],
  ],
  [
    'a table of other columns',
    /^line 1: the first line has to name the columns: .*; it names /,
    [
      'date,close\n2025-01-01,1\n',
      'unix,close\n1735689600,1\n',
      'time,open,high,low,close\n1735689600,1,1,1,1\n',
      'timestamp,price\n1735689600,1\n',
      'Open time,Close\n1735689600000,1\n',
      'price,sentiment\n1,0\n',
      'time\n1735689600\n',
      '"Datum","Preis"\n"15.11.2023","35.500,12"\n',
    ],
  ],
] as const) {
  test(`${what} is named, and nothing of it is imported`, async () => {
    for (const content of contents) {
      const outcome = await readAnyhow(content);
      assert.match(outcome.fault ?? 'no fault', fault, String(content).slice(0, 60));
      assert.deepEqual(
        { ...outcome, form: undefined, fault: undefined },
        { samples: [], form: undefined, rejected: [], fault: undefined },
      );
    }
  });
}

test('a sample per line is read with any other members, even nested ones first', async () => {
  const { samples, fault } = await readAnyhow(
    '{"meta":{"exchange":"x"},"time":1735689600000,"price":1}\n{"tags":["a"],"time":1735689600001,"price":2}\n',
  );
  assert.equal(fault, undefined);
  assert.equal(samples.length, 2);
});

test('an invalid first line is rejected alone if its time is a value', async () => {
  const { samples, rejected, fault } = await readAnyhow(
    '{"note":"x","time":"soon","tags":["a"]}\n{"time":1735689600001,"price":2}\n',
  );
  assert.equal(fault, undefined);
  assert.equal(samples.length, 1);
  assert.equal(rejected.length, 1);
});

test('a file with only a header has no samples and no errors', async () => {
  for (const content of ['time,price\n', 'time,price', '\ufefftime,price\r\n'])
    assert.deepEqual(await readAnyhow(content), {
      samples: [],
      form: undefined,
      rejected: [],
      fault: undefined,
    });
});

test('a day per line with other columns, as in exports, is read', async () => {
  const { samples, rejected } = await readAnyhow(
    'time,price,market_cap,total_volume\n2025-01-01 00:00:00 UTC,93507.85,1851856000000.0,30000000000.0\n2025-01-02 00:00:00 UTC,94384.17,1851856000000.0,30000000000.0\n',
  );
  assert.deepEqual(samples, ['2025-01-01T00:00:00.000Z 93507.85', '2025-01-02T00:00:00.000Z 94384.17']);
  assert.deepEqual(rejected, []);
});

test('times in a spreadsheet’s exponent notation are not lost silently', async () => {
  const { samples, rejected } = await readAnyhow(
    'time,price\r\n1.73569E+12,93507.85\r\n1.73569E+12,93600.10\r\n1.73569E+12,93712.40\r\n1.73576E+12,94100.00\r\n',
  );
  assert.deepEqual(samples, []);
  assert.equal(rejected.length, 4);
});
