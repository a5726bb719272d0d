import type { Static } from 'typebox';
import type { HistorySchema } from '../../src/domain/history.ts';
import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import { get, RefusedError } from './get.ts';

export type History = Static<typeof HistorySchema>;
export type HistoryBucket = History['buckets'][number];

/** A requested range. Times are epoch milliseconds. */
export interface HistoryQuery {
  readonly from: number | 'oldest';
  readonly to: number;
  readonly bucket: WidthName | 'auto';
}

const write = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

function historyPath({ from, to, bucket }: HistoryQuery): string {
  return `/history?from=${from === 'oldest' ? from : write(from)}&to=${write(to)}&bucket=${bucket}`;
}

/** Has wider buckets than requested if the samples were deleted, and only averages of hours remain. */
export async function fetchHistory(query: HistoryQuery, signal: AbortSignal): Promise<History> {
  try {
    return await get(historyPath(query), signal);
  } catch (error) {
    const isTrimmed = error instanceof RefusedError && error.code === 'samples_deleted' && error.bucket;
    if (!isTrimmed) throw error;
    return await get(historyPath({ ...query, bucket: error.bucket }), signal);
  }
}
