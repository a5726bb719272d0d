import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const FILE = new URL('../../../../shared/data/senticrypt-2021-07-06.json', import.meta.url);

/** A response of SentiCrypt v1, 2021-07-06 17:30 to 2021-07-07 17:30 UTC. It is not part of the project. */
export const recordedDay: string | undefined = existsSync(FILE) ? readFileSync(FILE, 'utf8') : undefined;

/** Test options that skip a test, with a message, if there is no recording. */
export const needsRecordedDay = { skip: recordedDay === undefined && 'the recorded day is missing' };

/** The three hours of the recorded day. */
const RECORDED_HOURS = [
  { time: '2021-07-07T15:00:00Z', price: 34599.076210526335, sentiment: 0.34442105263157863, samples: 95 },
  { time: '2021-07-07T16:00:00Z', price: 34570.6712371134, sentiment: 0.3524742268041235, samples: 97 },
  { time: '2021-07-07T17:00:00Z', price: 34554.14692307692, sentiment: 0.29923076923076947, samples: 52 },
] as const;

/** Asserts that an answer is that of the recorded day, which is the same for every store. */
// biome-ignore lint/suspicious/noExplicitAny: a JSON body
export function assertRecordedAnswer(answer: any): void {
  const { hourly_average_of_averages: hours, ...rest } = answer;
  assert.deepEqual(rest, {
    sentiment_direction: 'falling',
    price_direction: 'falling',
    is_lit: false,
    as_of: '2021-07-07T17:30:18.370Z',
    stale: true,
    source: 'senticrypt',
  });
  assert.equal(hours.length, 3);
  for (const [index, { time, price, sentiment, samples }] of RECORDED_HOURS.entries()) {
    const hour = hours[index];
    assert.equal(hour.time, time);
    assert.ok(Math.abs(hour.price / price - 1) <= 1e-9, `${hour.price} is not ${price}`);
    assert.ok(Math.abs(hour.sentiment / sentiment - 1) <= 1e-9, `${hour.sentiment} is not ${sentiment}`);
    assert.equal(hour.price_samples, samples);
    assert.equal(hour.sentiment_samples, samples);
    assert.equal(hour.complete, index < 2);
  }
}

/** The report of a refresh that received the recorded day. */
export const refreshReport = (added: number, duplicates: number) => ({
  received: 2474,
  added,
  duplicates,
  rejected: 0,
  rejections: [],
  as_of: '2021-07-07T17:30:18.370Z',
});

/** Writes the recorded day to two series with the tutorial's commands. */
export async function writeAsTutorial(
  send: (command: string[]) => Promise<unknown>,
  price: string,
  sentiment: string,
): Promise<void> {
  const add = ['TS.MADD'];
  for (const record of JSON.parse(recordedDay ?? '[]')) {
    const time = String(Math.trunc(Number(record.timestamp) * 1000));
    add.push(price, time, record.btc_price, sentiment, time, String(record.mean));
  }
  await send(['TS.CREATE', price, 'DUPLICATE_POLICY', 'first']);
  await send(['TS.CREATE', sentiment, 'DUPLICATE_POLICY', 'first']);
  await send(add);
}
