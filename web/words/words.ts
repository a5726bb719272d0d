import type { Answer } from '../../src/domain/answer.ts';
import type { Direction } from '../../src/domain/direction.ts';
import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import type { RangeName } from '../chart/ranges.ts';
import type { Connection } from '../feed/answers.ts';
import type { Verdict } from '../page/answer/verdict.ts';

type State = 'ok' | 'resting' | 'failing';
type Label = 'positive' | 'neutral' | 'negative';

/** All text of the page in one language. A missing text is a compile error. */
export interface Words {
  /** BCP 47 language tag. */
  readonly code: string;
  /** The language's name for itself. */
  readonly name: string;
  readonly question: string;
  /** The answer in a word or two. The dot of its first “i”, if it has one, becomes the flame. */
  readonly verdict: Readonly<Record<Verdict, string>>;
  /** The answer as a sentence, for the title and for screen readers. */
  readonly heading: Readonly<Record<Verdict, string>>;
  /** The directions of price and sentiment, as one sentence. */
  readonly trend: (price: Direction, sentiment: Direction) => string;
  /** The same in the past tense, for outdated data. */
  readonly pastTrend: (when: string, price: Direction, sentiment: Direction) => string;
  readonly bothRise: string;
  readonly needsBoth: string;
  readonly needsTwo: string;
  /** Shown if both directions are unknown. */
  readonly notEnoughData: string;
  /** The space between two sentences. */
  readonly gap: string;
  /** How long Bitcoin has been lit. */
  readonly endedLit: (hours: number) => string;
  readonly lastEndedLit: (ago: string) => string;
  readonly asking: string;
  readonly empty: string;
  /** Shown if there is no data and no source can be reached. */
  readonly unreachable: {
    readonly sentence: (sources: number) => string;
    readonly title: string;
    /** Commands and settings are between backticks. */
    readonly steps: readonly string[];
  };
  /** Heading of the three hours. */
  readonly hours: string;
  readonly averages: string;
  readonly price: string;
  readonly sentiment: string;
  readonly sentimentScale: string;
  readonly direction: Readonly<Record<'price' | 'sentiment', Readonly<Record<Direction, string>>>>;
  readonly soFar: string;
  readonly noValue: string;
  readonly age: string;
  readonly from: string;
  readonly basis: string;
  readonly origin: Readonly<Record<Answer['source'], string>>;
  readonly places: (exchanges: [ok: number, all: number], feeds: [ok: number, all: number]) => string;
  readonly samples: (prices: number, sentiments: number) => string;
  readonly running: string;
  readonly wasRunning: string;
  readonly notice: string;
  readonly notices: {
    readonly simulated: string;
    readonly stale: (since: string) => string;
    readonly lost: (since: string) => string;
    /** `names` are the first few; `more` counts the others. */
    readonly failing: (names: readonly string[], more: number) => string;
    readonly unreachable: string;
  };
  readonly connection: Readonly<Record<Connection, string>>;
  /** Shown in place of “live” while the answer is outdated. */
  readonly connected: string;
  /** Prefix of the tab's title. */
  readonly old: string;
  readonly chart: {
    readonly title: string;
    readonly ranges: Readonly<Record<RangeName, { short: string; long: string }>>;
    readonly range: string;
    readonly zoomIn: string;
    readonly zoomOut: string;
    readonly now: string;
    readonly bucket: Readonly<Record<WidthName, string>>;
    readonly keys: string;
    readonly nothing: string;
    readonly showAll: string;
    readonly trouble: string;
    readonly again: string;
    readonly incomplete: string;
    readonly asTable: string;
    readonly table: string;
    readonly columns: Readonly<Record<'time' | 'price' | 'span' | 'sentiment' | 'samples', string>>;
    /** What the shading means. */
    readonly lit: string;
    readonly attribution: string;
  };
  readonly sources: {
    readonly title: string;
    readonly exchanges: string;
    readonly feeds: string;
    readonly state: Readonly<Record<State, string>>;
    readonly since: (when: string) => string;
    readonly headlines: (count: number) => string;
    readonly madeUp: string;
    readonly relayed: string;
    readonly trouble: string;
  };
  readonly headlines: {
    readonly title: string;
    readonly lead: (value: string, count: number) => string;
    readonly label: Readonly<Record<Label, string>>;
    readonly noWord: string;
    readonly more: (count: number) => string;
    readonly less: string;
    readonly none: string;
  };
  readonly fear: (value: number, label: string) => string;
  /** Before the name of the index's publisher. */
  readonly by: string;
  readonly brackets: readonly [open: string, close: string];
  readonly api: {
    readonly title: string;
    readonly lead: string;
    readonly copy: string;
    readonly copied: string;
    readonly docs: string;
    readonly stream: string;
    readonly history: string;
  };
  /** Heading of the track record. */
  readonly record: string;
  readonly what: { readonly title: string; readonly text: readonly string[] };
  readonly theme: Readonly<Record<'auto' | 'light' | 'dark', string>>;
  readonly themeSwitch: (theme: string) => string;
  readonly languageSwitch: string;
  readonly skip: Readonly<Record<'chart' | 'sources', string>>;
  /** When a UTC day starts in the device's time zone. */
  readonly begins: (when: string) => string;
}
