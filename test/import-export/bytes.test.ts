import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTime } from '../../src/domain/time/time.ts';
import { parseMoment } from '../../src/domain/time/time-expression.ts';
import { sampleRows } from '../../src/import-export/export-rows.ts';
import { readPlainNumber } from '../../src/import-export/formats/plain-number.ts';
import { createDateTimeReader } from '../../src/import-export/times/date-time.ts';

const readNumber = (text: string) => readPlainNumber(Buffer.from(`,${text},`), 1, 1 + text.length);

test('a plain decimal is parsed like Number', () => {
  const digits = fc.integer({ min: 0, max: 999_999_999_999_999 }).map(String);
  const decimal = fc
    .tuple(digits, fc.integer({ min: 1, max: 14 }), fc.boolean())
    .map(([text, point, isNegative]) => {
      const padded = text.padStart(point + 1, '0');
      return `${isNegative ? '-' : ''}${padded.slice(0, -point)}.${padded.slice(-point)}`;
    });
  fc.assert(
    fc.property(fc.oneof(digits, decimal), (text) => {
      assert.ok(Object.is(readNumber(text), Number(text)), text);
    }),
    { numRuns: 20_000 },
  );
  for (const text of [
    '0',
    '-0',
    '1',
    '0.1',
    '100000.01',
    '-1',
    '33885.23',
    '999999999999999',
    '0.00000000000001',
  ])
    assert.ok(Object.is(readNumber(text), Number(text)), text);
});

test('everything but a plain decimal is left to admit', () => {
  const texts = [
    '',
    '-',
    '.',
    '-.',
    '.5',
    '5.',
    '1.2.3',
    '1e5',
    '+1',
    ' 1',
    '1 ',
    '0x10',
    'NaN',
    '1,5',
    '--1',
    '1-',
    '١',
  ];
  for (const text of [...texts, '1234567890123456', '0.1234567890123456', '34599.076210526335'])
    assert.equal(readNumber(text), undefined, text);
});

const readDateTime = (text: string) => {
  const bytes = Buffer.from(`,${text},`);
  return createDateTimeReader()(bytes, 1, bytes.length - 1);
};

test('times are parsed as in the rest of the project', () => {
  const time = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9998, 0, 1) - 1 });
  const minutes = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  fc.assert(
    fc.property(time, minutes, fc.nat({ max: 99_999 }), (at, offset, finer) => {
      const [local = ''] = new Date(at + offset * 60_000).toISOString().split('Z');
      if (!/^\d{4}-/.test(local)) return;
      const size = Math.abs(offset);
      const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
      assert.equal(readDateTime(local + zone), at);
      assert.equal(
        readDateTime(`${local}${finer}${zone}`),
        Math.floor(Number(parseMoment(`${local}000${zone}`, 0))),
      );
      assert.equal(readDateTime(formatTime(at)), at);
    }),
    { numRuns: 3000 },
  );
  const right = Date.UTC(2021, 6, 8, 17);
  for (const text of ['2021-07-08t17:00:00z', '2021-07-08 17:00:00Z', '2021-07-08T17:00:00.000999999Z'])
    assert.equal(readDateTime(text), right, text);
});

test('ISO 8601 times with an explicit zone, and dates, are parsed as tools write them', () => {
  const right = Date.UTC(2021, 6, 8, 17);
  for (const text of [
    '2021-07-08T17:00:00+0000',
    '2021-07-08T17:00:00+00',
    '2021-07-08 17:00:00+00',
    '2021-07-08 17:00:00 UTC',
    '2021-07-08 17:00:00UTC',
    '2021-07-08 17:00:00 GMT',
    '2021-07-08 17:00:00 Z',
    '2021-07-08 17:00 UTC',
    '2021-07-08T17:00Z',
    '2021-07-08 19:00:00.000000 +0200',
    '2021-07-08 22:30:00+0530',
    '2021-07-08 13:00:00-04',
    '2021-07-08 12:30:00-04:30',
  ])
    assert.equal(readDateTime(text), right, text);
  assert.equal(readDateTime('2021-07-08'), Date.UTC(2021, 6, 8));
  assert.equal(readDateTime('2020-02-29'), Date.UTC(2020, 1, 29));
});

test('a text that is not a date or a time with a zone is rejected', () => {
  for (const text of [
    '',
    '2021-02-29',
    '2021-7-8',
    '2021-07-8',
    '20210708',
    '2021-07-08Z',
    '2021-07-08 UTC',
    '2021-07-08T17:00',
    '2021-07-08T17Z',
    '2021-07-08T17:00.5Z',
    '2021-07-08 17:00:00 CET',
    '2021-07-08 17:00:00  UTC',
    '2021-07-08 17:00:00 UT',
    '2021-07-08 17:00:00+0',
    '2021-07-08 17:00:00+000',
    '2021-07-08 17:00:00+00:',
    '2021-07-08 17:00:00+00:0',
    '2021-07-08 17:00:00+2400',
    '2021-07-08 17:00:00+0060',
    '2021-07-08T17:00:00',
    '2021-02-29T00:00:00Z',
    '2021-13-01T00:00:00Z',
    '2021-00-10T00:00:00Z',
    '2021-07-32T00:00:00Z',
    '2021-07-08T24:00:00Z',
    '2021-07-08T17:60:00Z',
    '2021-07-08T17:00:60Z',
    '2021-07-08T17:00:00.Z',
    '2021-07-08T17:00:00+24:00',
    '2021-07-08T17:00:00Zx',
    '2021-07-08T17:00:00.123',
    '2021-07-08X17:00:00Z',
    '2021/07/08T17:00:00Z',
    '20a1-07-08T17:00:00Z',
  ])
    assert.equal(readDateTime(text), undefined, text);
});

test('the cached day does not affect the next', () => {
  const read = createDateTimeReader();
  const at = (text: string) => read(Buffer.from(text), 0, text.length);
  assert.equal(at('2021-02-28T00:00:00Z'), Date.UTC(2021, 1, 28));
  assert.equal(at('2021-02-29T00:00:00Z'), undefined);
  assert.equal(at('2020-02-29T00:00:00Z'), Date.UTC(2020, 1, 29));
  assert.equal(at('2120-02-29T00:00:00Z'), Date.UTC(2120, 1, 29));
});

test('rows have times with milliseconds, and numbers that read back as the same', async () => {
  const { rows } = await sampleRows('csv');
  const time = fc.integer({ min: Date.UTC(2009, 0, 3), max: Date.UTC(2100, 0, 1) });
  const price = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true });
  const sentiment = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(time, price, sentiment), { maxLength: 20 }), (values) => {
      const samples = values.map(([at, price, sentiment]) => ({ time: at, price, sentiment: sentiment + 0 }));
      const lines = String(rows(samples)).split('\n').slice(0, -1);
      const read = lines.map((line) => line.split(','));
      const back = read.map(([at = '', one, other]) => ({
        time: readDateTime(at),
        price: Number(one),
        sentiment: Number(other),
      }));
      assert.deepEqual(back, samples);
      assert.deepEqual(
        read.map(([at]) => at),
        samples.map(({ time: at }) => new Date(at).toISOString()),
      );
    }),
  );
});
