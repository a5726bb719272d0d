import type { RejectionReason } from '../domain/admission.ts';
import type { Appended } from '../stores/sample-store.ts';

/** The result of a refresh: `received = added + duplicates + rejected`. */
export interface RefreshReport extends Appended {
  readonly received: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly reason: RejectionReason; readonly count: number }[];
  /** The time of the newest sample, in epoch milliseconds; `undefined` if not known. */
  readonly asOf: number | undefined;
}
