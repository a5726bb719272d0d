import type { SourceName } from '../domain/answer.ts';
import type { RejectionReason } from '../domain/gate.ts';
import type { Newest, Sample } from '../domain/sample.ts';
import type { FiguresAt, SourcesReport } from '../domain/sources-report.ts';
import type { Range } from '../domain/time/range.ts';
import type { PlaceTrouble } from '../domain/upstream-errors.ts';

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

/** What a pull tells beside its samples, where the source has parts that fail alone. */
export interface PullNotes {
  /** In one line each, fit for readers, why there is no value of now. */
  readonly absent: { readonly price?: string; readonly sentiment?: string };
  /** The places that gave nothing when they were last asked; `undefined` where not all were to be asked. */
  readonly troubles: readonly PlaceTrouble[] | undefined;
  /** How many values it brought of times before now. */
  readonly filled: { readonly price: number; readonly sentiment: number };
}

export interface Pull {
  /** As they came, repeats included: the store tells which are new. */
  readonly samples: readonly Sample[];
  readonly rejections: Rejections;
  readonly notes?: PullNotes;
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

export interface FullRequest extends PullRequest {
  /** What is kept in a range, oldest first, in slices. */
  samples(range: Range): AsyncIterable<readonly Sample[]>;
  /** Keeps a part at once, where the rest takes its time. What was given so is not in the pull again. */
  keep(samples: readonly Sample[]): Promise<void>;
}

/** A source with all that the service asks of it. */
export interface OpenedSource extends AsyncDisposable {
  readonly name: SourceName;
  /** As `Source` says; it may keep a part before. */
  pull(request: FullRequest): Promise<Pull>;
  /** How long after a tick it is asked, in milliseconds: so that not all installations ask at one moment. */
  lag(): Promise<number>;
  /**
   * How it does, whichever process of a fleet asked last.
   *
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  report(now: number): Promise<SourcesReport>;
  /** @throws StoreError. */
  figures(now: number): Promise<FiguresAt>;
}
