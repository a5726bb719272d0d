import { SourceError } from '../../domain/errors.ts';
import { DAY } from '../../domain/time/bucket-width.ts';
import { HOUR } from '../../domain/time/time.ts';
import { RefusalError } from '../../exchanges/clients/refusal.ts';
import type { Outbound } from '../../outbound/client.ts';
import { requestJson } from '../../outbound/json.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { readValue } from '../formats/json-record.ts';
import { emptyBatch, type SampleBatch } from '../sample-batch.ts';
import { createTaker } from '../tables/record-rules.ts';
import { createSymbolCheck } from '../tables/symbol.ts';
import { createTimeColumn } from '../times/time-column.ts';
import type { PacedCall } from './paced-calls.ts';

/** A file has an hour of samples, about 30 kB. The list of files is smaller than a megabyte. */
const REQUEST = { deadlineMs: 20_000, bodyLimit: 8 * 2 ** 20 } as const;

/** Half the samples of a file. An hour with fewer may contain only those of a neighbouring file, or of a stopped import. */
const MIN_SAMPLES = 60;

export interface SenticryptArchive {
  readonly outbound: Outbound;
  /** The feed's URL. Its history is beside it. */
  readonly url: string;
  readonly pacedCall: PacedCall;
  readonly store: Pick<SampleStore, 'buckets'>;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly clock: () => number;
  readonly isSimulated: boolean;
  readonly signal: AbortSignal;
  readonly notice: (text: string) => void;
}

/** Returns `undefined` if there is no such document. */
async function get({ outbound, signal }: SenticryptArchive, url: URL): Promise<unknown> {
  const { status, headers, body } = await requestJson(outbound, url, REQUEST, signal);
  if (headers.get('data-source') === 'simulated')
    throw new RefusalError('forbidden', 'the source sends simulated samples, which never mix with real ones');
  if (status === 200) return body;
  if (status === 404 || status === 410) return undefined;
  const message = `the source answered ${status}`;
  const retryAfter = headers.get('retry-after') ?? undefined;
  if (status === 429 || (status === 503 && retryAfter))
    throw new RefusalError('too_often', message, retryAfter);
  if (status === 401 || status === 403 || status === 451)
    throw new RefusalError('forbidden', `the source refuses: it answered ${status}`);
  throw new SourceError('bad_status', message);
}

/** The hour in a file's name, in epoch milliseconds; `undefined` for other files. */
function hourOf(name: unknown): number | undefined {
  const [, day, hour] =
    (typeof name === 'string' && /^bitcoin-(\d{4}-\d\d-\d\d)_(\d\d)\.json$/.exec(name)) || [];
  const time = Date.parse(`${day}T${hour}:00:00Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** The hours of a day that are already stored. */
async function storedHours(store: SenticryptArchive['store'], day: number): Promise<ReadonlySet<number>> {
  const stored = new Set<number>();
  for await (const buckets of store.buckets({ from: day, to: day + DAY }, HOUR)) {
    for (const { start, priceSamples, sentimentSamples } of buckets) {
      if (Math.min(priceSamples, sentimentSamples) >= MIN_SAMPLES) stored.add(start);
    }
  }
  return stored;
}

/**
 * Reads the hourly files of SentiCrypt v1's history that are not stored yet, oldest first, so that an interrupted import
 * continues where it stopped. It reports missing files in a notice.
 *
 * @throws SourceError, StoreError, UnusableError.
 */
export async function* readSenticryptArchive(
  archive: SenticryptArchive,
): AsyncGenerator<SampleBatch, void, undefined> {
  const { url, pacedCall, store, since, clock, isSimulated, notice } = archive;
  const fetchFile = (name: string) => pacedCall(() => get(archive, new URL(`history/${name}`, url)));
  const index = await fetchFile('index.json');
  if (!Array.isArray(index))
    throw new SourceError('unexpected_body', 'the source has no list of its history');

  const hours = index.map(hourOf).filter((hour) => hour !== undefined && hour + HOUR > since) as number[];
  const take = createTaker({}, createSymbolCheck(false, notice));
  let day: number | undefined;
  let stored: ReadonlySet<number> = new Set();
  let absent = 0;
  let line = 0;
  for (const hour of [...new Set(hours)].sort((one, other) => one - other)) {
    const dayOfHour = Math.floor(hour / DAY) * DAY;
    // Read before the day's first file, since files also contain samples of the next hour.
    if (dayOfHour !== day) stored = await storedHours(store, dayOfHour);
    day = dayOfHour;
    if (stored.has(hour)) continue;
    const [date, time = ''] = new Date(hour).toISOString().split('T');
    const records = await fetchFile(`bitcoin-${date}_${time.slice(0, 2)}.json`);
    const batch = emptyBatch();
    if (!Array.isArray(records)) absent += 1;
    // Files may differ in their time format.
    const times = createTimeColumn();
    for (const record of Array.isArray(records) ? records : []) {
      line += 1;
      const place = { now: clock(), line, batch };
      readValue(record, () => JSON.stringify(record), { times, isSimulated, take }, place);
    }
    yield batch;
  }
  if (absent > 0) notice(`listed files of the history that are missing: ${absent}`);
}
