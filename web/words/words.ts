import type { Answer } from '../../src/domain/answer.ts';
import type { Direction } from '../../src/domain/direction.ts';
import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import type { RangeName } from '../chart/ranges.ts';
import type { Connection } from '../feed/answers.ts';
import type { Verdict } from '../page/answer/verdict.ts';

type State = 'ok' | 'resting' | 'failing';
type Label = 'positive' | 'neutral' | 'negative';

/** All that the page says, in one language: what is missing in one does not compile. */
export interface Words {
  /** BCP 47. */
  readonly code: string;
  /** Of the language, in itself. */
  readonly name: string;
  readonly question: string;
  /** The answer, as short as it can be. */
  readonly verdict: Readonly<Record<Verdict, string>>;
  /** The answer as one sentence, for the title and for those who listen. */
  readonly said: Readonly<Record<Verdict, string>>;
  /** Where price and mood go, as one sentence. */
  readonly trend: (price: Direction, mood: Direction) => string;
  /** The same of data that is old: where they went, and when. */
  readonly pastTrend: (when: string, price: Direction, mood: Direction) => string;
  readonly bothRise: string;
  readonly needsBoth: string;
  readonly needsTwo: string;
  /** Where neither has two hours to compare. */
  readonly neither: string;
  /** Between two sentences. */
  readonly gap: string;
  readonly asking: string;
  readonly empty: string;
  /** Nothing is kept, and no source can be reached. */
  readonly unreachable: {
    readonly sentence: (sources: number) => string;
    readonly title: string;
    /** What is to be typed is between backticks. */
    readonly steps: readonly string[];
  };
  /** What the hours' numbers are. */
  readonly hours: string;
  readonly averages: string;
  readonly price: string;
  readonly mood: string;
  readonly moodScale: string;
  readonly direction: Readonly<Record<Direction, string>>;
  readonly soFar: string;
  readonly noValue: string;
  readonly age: string;
  readonly from: string;
  readonly basis: string;
  readonly origin: Readonly<Record<Answer['source'], string>>;
  readonly places: (venues: [ok: number, all: number], feeds: [ok: number, all: number]) => string;
  readonly samples: (prices: number, moods: number) => string;
  readonly running: string;
  readonly wasRunning: string;
  readonly notice: string;
  readonly notices: {
    readonly simulated: string;
    readonly stale: (since: string) => string;
    readonly lost: (since: string) => string;
    /** The first few, and how many there are beside these. */
    readonly failing: (names: readonly string[], more: number) => string;
    readonly unreachable: string;
  };
  readonly connection: Readonly<Record<Connection, string>>;
  /** In place of live, where there is nothing new. */
  readonly connected: string;
  /** Before the answer in the tab's title. */
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
    readonly columns: Readonly<Record<'time' | 'price' | 'span' | 'mood' | 'samples', string>>;
    readonly attribution: string;
  };
  readonly sources: {
    readonly title: string;
    readonly venues: string;
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
  readonly by: string;
  readonly api: {
    readonly title: string;
    readonly lead: string;
    readonly copy: string;
    readonly copied: string;
    readonly docs: string;
    readonly stream: string;
    readonly history: string;
  };
  readonly what: { readonly title: string; readonly text: readonly string[] };
  readonly theme: Readonly<Record<'auto' | 'light' | 'dark', string>>;
  readonly themeSwitch: string;
  readonly languageSwitch: string;
  readonly skip: Readonly<Record<'chart' | 'sources', string>>;
  /** When a day of UTC begins by this device's clock. */
  readonly begins: (when: string) => string;
}
