import type { Config } from '../config/config.ts';
import type { TrackRecordAnswer } from '../domain/past/track-record-answer.ts';
import type { SummaryWithFreshness } from '../domain/summary.ts';
import { createReadPastAnswer, type PastAnswer } from '../service/past/past-answers.ts';
import type { RangeQuery } from '../service/past/query-range.ts';
import { createTrackRecords } from '../service/past/track-records.ts';
import type { RefreshReport } from '../service/refresh-report.ts';
import { assembleService } from './assemble.ts';
import { openToCopy, openToLook } from './open-store.ts';

/** Refreshes the store once, without a service. */
export async function refreshOnce(config: Config): Promise<RefreshReport> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService({ config }, 'write', stack);
  if (!service) throw new Error('a store opened for writing must exist');
  return await service.refresh.run();
}

/** Reads the summary, without a service. `undefined` if there is no store, or it is empty. */
export async function readOnce(config: Config): Promise<SummaryWithFreshness | undefined> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService({ config }, 'read', stack);
  return await service?.summaries.read();
}

/** Reads the answer at a time, without a service. `undefined` if there is no store. @throws like `ReadPastAnswer`. */
export async function readPastOnce(config: Config, at: string): Promise<PastAnswer | undefined> {
  await using stack = new AsyncDisposableStack();
  const opened = await openToLook(config);
  if (!opened) return undefined;
  const store = stack.use(opened.store);
  return await createReadPastAnswer({ store, clock: Date.now, staleAfterMs: config.STALE_AFTER })(at);
}

/** Reads the track record, without a service. `undefined` if there is no store. @throws like `TrackRecords`. */
export async function recordOnce(config: Config, query: RangeQuery): Promise<TrackRecordAnswer | undefined> {
  await using stack = new AsyncDisposableStack();
  const opened = await openToCopy(config);
  if (!opened) return undefined;
  const store = stack.use(opened.store);
  const source = { name: config.SOURCE };
  const records = createTrackRecords({ store, source, clock: Date.now });
  const { range } = await records.plan(query);
  return await records.read(range, new AbortController().signal);
}
