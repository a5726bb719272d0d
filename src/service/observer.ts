import type { PullNotes } from '../sources/source.ts';
import type { RefreshReport } from './refresh-report.ts';

/** Everything that logs, metrics or readiness need to know. Durations are in milliseconds. */
export type ServiceEvent =
  | { readonly type: 'listening'; readonly address: string; readonly source: string }
  | { readonly type: 'metrics_listening'; readonly address: string }
  | { readonly type: 'stopping'; readonly why: string }
  /** One of several processes that serve requests ended, unasked; `waitMs` until another one takes its place. */
  | { readonly type: 'worker_ended'; readonly worker: number; readonly why: string; readonly waitMs: number }
  /** A worker that took the place of another one serves requests. */
  | { readonly type: 'worker_replaced'; readonly worker: number }
  /** No worker has been able to start for a minute: the service must stop. */
  | { readonly type: 'workers_lost' }
  /** A worker runs another version, because the program's files were replaced: the service must stop. */
  | { readonly type: 'program_replaced'; readonly version: string }
  /** A problem that needs the operator, such as a bad setting or impossible prices in the store. */
  | { readonly type: 'warning'; readonly text: string }
  /** Records were rejected. */
  | { readonly type: 'rejected'; readonly rejections: RefreshReport['rejections'] }
  /** After each pull from the source, whether values are absent or not. */
  | { readonly type: 'pulled'; readonly notes: PullNotes }
  | { readonly type: 'refreshed'; readonly report: RefreshReport; readonly duration: number }
  | { readonly type: 'refresh_failed'; readonly error: unknown; readonly duration: number }
  /** A refresh wrote its samples to the store. */
  | { readonly type: 'appended'; readonly duration: number }
  | { readonly type: 'summary_read'; readonly duration: number }
  | { readonly type: 'summary_failed'; readonly error: unknown; readonly duration: number }
  /** A request to a source failed; includes the system's own error. */
  | { readonly type: 'outbound_failed'; readonly host: string; readonly error: unknown }
  | { readonly type: 'cache_failed'; readonly error: unknown }
  /** Data in the store is invalid, and was ignored. */
  | { readonly type: 'invalid_data'; readonly kind: string }
  /** Once when the connection is lost, and once when it is back. */
  | { readonly type: 'store_away'; readonly error: unknown }
  | { readonly type: 'store_back' }
  /** The store's file was moved, replaced or deleted: it accepts no more writes, and the service must stop. */
  | { readonly type: 'store_lost'; readonly error: unknown }
  /** Rollups were checked; `changed` if another writer had changed samples, so that they had to be repaired. */
  | { readonly type: 'rollups_repaired'; readonly changed: boolean; readonly duration: number }
  | { readonly type: 'rollup_repair_failed'; readonly error: unknown }
  /** Samples older than RETENTION were looked for; `removed` is how many were deleted. */
  | { readonly type: 'trimmed'; readonly removed: number; readonly duration: number }
  | { readonly type: 'trim_failed'; readonly error: unknown }
  /** Another process announced a refresh. */
  | { readonly type: 'changed_elsewhere' }
  /** A response, except those that `ReadCounts` counts. */
  | { readonly type: 'responded'; readonly route: string; readonly status: number; readonly duration: number }
  /** A request was rejected because the process is overloaded. */
  | { readonly type: 'shed' }
  /** The number of readers of the stream, after each change. */
  | { readonly type: 'live_readers'; readonly count: number }
  /** A reader of the stream was disconnected. */
  | { readonly type: 'live_dropped'; readonly reason: 'slow' }
  /** A request ended in an error. The response has the same id. */
  | {
      readonly type: 'request_failed';
      readonly requestId: string;
      readonly error: unknown;
      readonly method: string;
      readonly path: string;
      readonly status: number;
    };

/** Counts the responses of the cached answer. Plain integers, because anything more would slow it down. */
export interface ReadCounts {
  /** 200. */
  full: number;
  /** 304. */
  notModified: number;
  /** Of both, those that were stale. */
  stale: number;
  /** Of both, those that waited for the store. */
  missed: number;
}

/** The port through which logs and metrics see the service. It must not throw. */
export type Observe = (event: ServiceEvent) => void;
