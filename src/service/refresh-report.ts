import type { RejectionReason } from '../domain/gate.ts';
import type { Appended } from '../stores/sample-store.ts';

/** What one pass brought: `received = added + duplicates + rejected`. */
export interface RefreshReport extends Appended {
  readonly received: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly reason: RejectionReason; readonly count: number }[];
  /** The newest sample's time after it, in epoch milliseconds; absent where it is not known. */
  readonly asOf: number | undefined;
}
