import type { RejectionReason } from '../domain/admission.ts';
import type { SourceName } from '../domain/answer.ts';
import type { Newest, Sample } from '../domain/sample.ts';
import type { FiguresAt, SourcesReport } from '../domain/sources/report.ts';
import type { Range } from '../domain/time/range.ts';
import type { UpstreamTrouble } from '../domain/upstream-errors.ts';

export interface PullRequest {
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  /** The newest stored values. The source may omit older samples. */
  readonly newest: Newest;
  /** Ends the pull, which then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Whether a client is waiting for this pull now. If so, the source defers work that can wait. */
  isAwaited(): boolean;
  /** The stored samples of a range, oldest first, in slices. */
  samples(range: Range): AsyncIterable<readonly Sample[]>;
  /** Whether samples of a range were trimmed, so that the store has only averages of it. Absent: none were. */
  isTrimmed?(range: Range): Promise<boolean>;
}

/** How a pull went, for sources with parts that can fail alone. */
export interface PullNotes {
  /** Why there is no current value. One line each that may be shown to users. */
  readonly absent: { readonly price?: string; readonly sentiment?: string };
  /** The upstreams whose last request failed; `undefined` if not all were due. */
  readonly troubles: readonly UpstreamTrouble[] | undefined;
  /** How many values of earlier times the pull filled in. */
  readonly filled: { readonly price: number; readonly sentiment: number };
}

/** Valid samples. */
export interface Pull {
  /** In the upstream's order, perhaps with duplicates, which the store counts. */
  readonly samples: readonly Sample[];
  /** How many records were rejected, by reason. */
  readonly rejections: ReadonlyMap<RejectionReason, number>;
  readonly notes?: PullNotes;
}

/** Provides samples. */
export interface Source extends AsyncDisposable {
  readonly name: SourceName;
  /**
   * Yields samples as soon as they arrive, in at least one part. The source resumes once the caller has stored a part.
   *
   * @throws SourceError when the source has no samples at all.
   */
  pull(request: PullRequest): AsyncIterable<Pull>;
  /** How long after a tick to pull, in milliseconds. It differs between installations, to spread the load on upstreams. */
  tickDelayMs(): Promise<number>;
  /**
   * The status of every upstream, including requests of other processes over the same store.
   *
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  report(now: number): Promise<SourcesReport>;
  /** @throws StoreError. */
  figures(now: number): Promise<FiguresAt>;
}
