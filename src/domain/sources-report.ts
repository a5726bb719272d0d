/** How one place does that a source asks. Absent is what is not known. Times in epoch milliseconds. */
export interface PlaceReport {
  readonly name: string;
  /** `resting`: it is left alone for a while. */
  readonly state: 'ok' | 'resting' | 'failing';
  /** Since when it is in that state. */
  readonly since?: number;
  /** In one line, fit for readers. */
  readonly reason?: string;
  readonly lastSuccess?: number;
}

export interface PriceReport extends PlaceReport {
  /** Milliseconds. */
  readonly latency?: number;
  /** What it said last, in US dollars. */
  readonly price?: number;
  /** Whether the last price was made of it. */
  readonly used: boolean;
}

interface FeedReport extends PlaceReport {
  /** How many of its headlines are kept. */
  readonly headlines?: number;
}

export interface HeadlineReport {
  readonly title: string;
  readonly link?: string;
  /** The feed's name. */
  readonly source: string;
  readonly published: number;
  /** In [-1, 1]. */
  readonly score?: number;
  readonly label: 'positive' | 'neutral' | 'negative';
  /** What gave which points of the score. */
  readonly because: readonly { readonly what: string; readonly points: number }[];
}

export interface FearAndGreedReport extends PlaceReport {
  /** 0 (extreme fear) to 100 (extreme greed). */
  readonly value?: number;
  /** In its publisher's own words. */
  readonly label?: string;
  /** The day that it is of. */
  readonly time?: number;
  readonly attribution: { readonly name: string; readonly link: string };
}

/** Where the numbers come from, and how that goes. */
export interface SourcesReport {
  readonly price: readonly PriceReport[];
  readonly sentiment: {
    readonly value?: number;
    /** How many headlines it is the mean of. */
    readonly count?: number;
    /** When the newest of what it is made of was published. */
    readonly newest?: number;
    readonly feeds: readonly FeedReport[];
    /** Newest first. */
    readonly headlines: readonly HeadlineReport[];
  };
  /** Absent where it is not asked for. */
  readonly fearAndGreed?: FearAndGreedReport;
}

/** What is known of the headlines that a sentiment is the mean of, beside the mean. */
export interface Figures {
  readonly count: number;
  readonly sum: number;
  readonly median: number;
  /** The newest one's score. */
  readonly last: number;
  /** Headlines a second. */
  readonly rate: number;
}

/** The figures of a time (epoch milliseconds), where they are those of the sentiment that is kept at it. */
export type FiguresAt = (time: number, sentiment: number) => Figures | undefined;
