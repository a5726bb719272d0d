import type { PullNotes } from '../sources/source.ts';
import type { RefreshReport } from './refresh-report.ts';

/** All that happens in the service and is of interest outside of it. Durations are in milliseconds. */
export type ServiceEvent =
  | { readonly type: 'listening'; readonly address: string; readonly source: string }
  | { readonly type: 'metrics_listening'; readonly address: string }
  | { readonly type: 'stopping'; readonly why: string }
  /** A problem that needs the operator, such as a bad setting or impossible prices in the store. */
  | { readonly type: 'warning'; readonly text: string }
  /** Records that the gate rejected. */
  | { readonly type: 'rejected'; readonly rejections: RefreshReport['rejections'] }
  /** What a pull tells beside its samples: each time, whether anything is absent or not. */
  | { readonly type: 'pulled'; readonly notes: PullNotes }
  | { readonly type: 'refreshed'; readonly report: RefreshReport; readonly duration: number }
  | { readonly type: 'refresh_failed'; readonly error: unknown; readonly duration: number }
  /** A refresh wrote its samples to the store. */
  | { readonly type: 'appended'; readonly duration: number }
  | { readonly type: 'summary_read'; readonly duration: number }
  | { readonly type: 'summary_failed'; readonly error: unknown; readonly duration: number }
  /** A request to a source that brought no answer, with the system's own error. */
  | { readonly type: 'outbound_failed'; readonly host: string; readonly error: unknown }
  | { readonly type: 'cache_failed'; readonly error: unknown }
  /** Something that came back from the store is not what this service writes there, and is not used. */
  | { readonly type: 'unfit'; readonly kind: string }
  /** Once per loss, and once per return. */
  | { readonly type: 'store_away'; readonly error: unknown }
  | { readonly type: 'store_back' }
  /** The store's file was moved, replaced or deleted: it takes no write any more, and the service is to be stopped. */
  | { readonly type: 'store_lost'; readonly error: unknown }
  /** Rollups were checked, and repaired where another writer had changed samples. */
  | { readonly type: 'rollups_repaired'; readonly changed: boolean; readonly duration: number }
  | { readonly type: 'rollup_repair_failed'; readonly error: unknown }
  /** Another process refreshed, and said so. */
  | { readonly type: 'changed_elsewhere' }
  /** A request that was answered; but for the cached read, whose answers are counted where they leave. */
  | { readonly type: 'responded'; readonly route: string; readonly status: number; readonly duration: number }
  /** A request that was refused because the process is overloaded. */
  | { readonly type: 'shed' }
  /** How many readers of the stream there are, after each change. */
  | { readonly type: 'live_readers'; readonly count: number }
  /** A reader of the stream that was ended, and why. */
  | { readonly type: 'live_dropped'; readonly reason: 'slow' }
  /** A request that ended in an error; its id is in the answer too. */
  | {
      readonly type: 'request_failed';
      readonly requestId: string;
      readonly error: unknown;
      readonly method: string;
      readonly path: string;
      readonly status: number;
    };

/** The answers to the cached read, in plain integers: whatever is more would cost it its speed. */
export interface ReadCounts {
  /** 200. */
  full: number;
  /** 304. */
  unchanged: number;
  /** Of both, those that said stale. */
  stale: number;
  /** Of both, those that had to wait for the store. */
  waited: number;
}

/** The port through which logs and metrics see the service. It must not throw. */
export type Observe = (event: ServiceEvent) => void;
