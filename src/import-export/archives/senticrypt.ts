import { SourceError } from '../../domain/errors.ts';
import { DAY } from '../../domain/time/bucket-width.ts';
import { HOUR } from '../../domain/time/time.ts';
import { RefusalError } from '../../exchanges/venues/refusal.ts';
import type { Outbound } from '../../outbound/client.ts';
import { requestJson } from '../../outbound/json.ts';
import type { SampleStore } from '../../stores/sample-store.ts';
import { readValue } from '../formats/json-record.ts';
import { emptyBatch, type SampleBatch } from '../sample-batch.ts';
import { createTimeColumn } from '../times/time-column.ts';
import type { PacedCall } from './paced-calls.ts';

/** A file is an hour of samples, some 30 kB; the list of all of them is less than a megabyte. */
const REQUEST = { deadlineMs: 20_000, bodyLimit: 8 * 2 ** 20 } as const;

/** Half of what a file of an hour holds. An hour with fewer may be the rest of its neighbour, or an interrupted import's. */
const ENOUGH = 60;

export interface SenticryptArchive {
  readonly outbound: Outbound;
  /** The feed's own address, beside which its history is. */
  readonly url: string;
  readonly userAgent: string;
  readonly pacedCall: PacedCall;
  /** Tells which hours are kept already. */
  readonly store: Pick<SampleStore, 'buckets'>;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly clock: () => number;
  readonly isSimulated: boolean;
  readonly signal: AbortSignal;
  readonly notice: (text: string) => void;
}

/** `undefined` where there is no such document. */
async function get({ outbound, userAgent, signal }: SenticryptArchive, url: URL): Promise<unknown> {
  const request = { ...REQUEST, headers: { 'user-agent': userAgent } };
  const { status, headers, body } = await requestJson(outbound, url, request, signal);
  if (headers.get('data-source') === 'simulated')
    throw new RefusalError('forbidden', 'the source sends simulated samples, which never mix with real ones');
  if (status === 200) return body;
  if (status === 404 || status === 410) return undefined;
  const retryAfter = headers.get('retry-after') ?? undefined;
  if (status === 429 || (status === 503 && retryAfter))
    throw new RefusalError('too_often', `the source answered ${status}`, retryAfter);
  if (status === 401 || status === 403 || status === 451)
    throw new RefusalError('forbidden', `the source refuses: it answered ${status}`);
  throw new SourceError('bad_status', `the source answered ${status}`);
}

/** The hour that a file is named for, in epoch milliseconds; `undefined` for other files. */
function hourOf(name: unknown): number | undefined {
  const [, day, hour] =
    (typeof name === 'string' && /^bitcoin-(\d{4}-\d\d-\d\d)_(\d\d)\.json$/.exec(name)) || [];
  const time = Date.parse(`${day}T${hour}:00:00Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** The hours that are kept of a day. */
async function keptHours(store: SenticryptArchive['store'], day: number): Promise<ReadonlySet<number>> {
  const kept = new Set<number>();
  for await (const buckets of store.buckets({ from: day, to: day + DAY }, HOUR)) {
    for (const { start, priceSamples, sentimentSamples } of buckets) {
      if (Math.min(priceSamples, sentimentSamples) >= ENOUGH) kept.add(start);
    }
  }
  return kept;
}

/**
 * The hourly files of SentiCrypt v1's history, oldest first: those that are not kept yet, so that what was interrupted
 * goes on where it was. A file that is listed and not there is told of, and is no fault.
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
  let day: number | undefined;
  let kept: ReadonlySet<number> = new Set();
  let absent = 0;
  let line = 0;
  for (const hour of [...new Set(hours)].sort((one, other) => one - other)) {
    const dayOfHour = Math.floor(hour / DAY) * DAY;
    // Looked up before the day's first file, so that what spills from one file into the next hour hides no file.
    if (dayOfHour !== day) kept = await keptHours(store, dayOfHour);
    day = dayOfHour;
    if (kept.has(hour)) continue;
    const [date, time = ''] = new Date(hour).toISOString().split('T');
    const records = await fetchFile(`bitcoin-${date}_${time.slice(0, 2)}.json`);
    const batch = emptyBatch();
    if (!Array.isArray(records)) absent += 1;
    // Each file may write its times in its own way.
    const times = createTimeColumn();
    for (const record of Array.isArray(records) ? records : []) {
      line += 1;
      const place = { now: clock(), line, batch };
      readValue(record, () => JSON.stringify(record), { times, isSimulated }, place);
    }
    yield batch;
  }
  if (absent > 0) notice(`${absent} files of the history are listed, and are not there`);
}
