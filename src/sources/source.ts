import type { SourceName } from '../domain/answer.ts';
import type { RejectionReason } from '../domain/gate.ts';
import type { Newest, Sample } from '../domain/sample.ts';
import type { FiguresAt, SourcesReport } from '../domain/sources-report.ts';
import type { Range } from '../domain/time/range.ts';
import type { PlaceTrouble } from '../domain/upstream-errors.ts';

export interface PullRequest {
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  /** The newest stored values: the source leaves out what is older. */
  readonly newest: Newest;
  /** Ends the pull, which then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** The stored samples of a range, oldest first, in slices. */
  samples(range: Range): AsyncIterable<readonly Sample[]>;
}

/** How a pull went, for sources with parts that can fail alone. */
export interface PullNotes {
  /** Why there is no current value. One line each, fit for readers. */
  readonly absent: { readonly price?: string; readonly sentiment?: string };
  /** The upstreams whose last request failed; `undefined` if not all were due. */
  readonly troubles: readonly PlaceTrouble[] | undefined;
  /** How many values of earlier times the pull filled in. */
  readonly filled: { readonly price: number; readonly sentiment: number };
}

/** Samples that passed the gate. */
export interface Pull {
  /** In the upstream's order, with repeats: the store counts what is new. */
  readonly samples: readonly Sample[];
  /** How many records the gate rejected, by reason. */
  readonly rejections: ReadonlyMap<RejectionReason, number>;
  readonly notes?: PullNotes;
}

/** Where samples come from. */
export interface Source extends AsyncDisposable {
  readonly name: SourceName;
  /**
   * Yields samples as soon as they are there: at least one part, and a slow value in a later part than a quick one.
   * A source resumes once the caller has stored the part that it yielded.
   *
   * @throws SourceError when the source has no samples at all.
   */
  pull(request: PullRequest): AsyncIterable<Pull>;
  /** How long after a tick to pull, in milliseconds. Installations differ, so that upstreams are not hit all at once. */
  lag(): Promise<number>;
  /**
   * The state of every upstream, whichever process of a fleet last sent a request.
   *
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  report(now: number): Promise<SourcesReport>;
  /** @throws StoreError. */
  figures(now: number): Promise<FiguresAt>;
}
