import type { SourceName } from '../domain/answer.ts';
import type { RejectionReason } from '../domain/gate.ts';
import type { Newest, Sample } from '../domain/sample.ts';

/** How many records were rejected, by reason. */
type Rejections = ReadonlyMap<RejectionReason, number>;

interface PullRequest {
  /** The clock, in epoch milliseconds. */
  readonly now: number;
  /** What is kept already: tells the source what is missing. */
  readonly kept: Newest;
  /** Ends the pull. Its reason is what the pull then rejects with. */
  readonly signal: AbortSignal;
}

export interface Pull {
  /** As they came, repeats included: the store tells which are new. */
  readonly samples: readonly Sample[];
  readonly rejections: Rejections;
}

/** Where samples come from. */
export interface Source {
  readonly name: SourceName;
  /**
   * One look at the source, through the gate.
   *
   * @throws SourceError when the source gives nothing to look at.
   */
  pull(request: PullRequest): Promise<Pull>;
}
