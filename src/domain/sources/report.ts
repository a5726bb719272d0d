/** The status of one upstream of a source. Unknown values are absent. Times in epoch milliseconds. */
export interface UpstreamReport {
  readonly name: string;
  /** `resting`: no requests are sent for a while. */
  readonly state: 'ok' | 'resting' | 'failing';
  /** When this state began. */
  readonly since?: number;
  /** One line that may be shown to users. */
  readonly reason?: string;
  readonly lastSuccess?: number;
}

export interface PriceReport extends UpstreamReport {
  /** Milliseconds. */
  readonly latency?: number;
  /** Its last price, in US dollars. */
  readonly price?: number;
  /** Whether the last agreed price is based on it. */
  readonly used: boolean;
}

export interface FeedReport extends UpstreamReport {
  /** The number of its headlines that are stored. */
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
  /** The words and rules behind the score, with their points. */
  readonly because: readonly { readonly what: string; readonly points: number }[];
}

export interface FearAndGreedReport extends UpstreamReport {
  /** 0 (extreme fear) to 100 (extreme greed). */
  readonly value?: number;
  /** The publisher's own. */
  readonly label?: string;
  /** The day it describes. */
  readonly time?: number;
  readonly attribution: { readonly name: string; readonly link: string };
}

/** The status of all upstreams, and what the current sentiment is based on. */
export interface SourcesReport {
  readonly price: readonly PriceReport[];
  readonly sentiment: {
    readonly value?: number;
    /** The number of headlines that the value is the mean of. */
    readonly count?: number;
    /** When the newest of them was published. */
    readonly newest?: number;
    readonly feeds: readonly FeedReport[];
    /** Newest first. */
    readonly headlines: readonly HeadlineReport[];
  };
  /** Absent if the source does not use the index. */
  readonly fearAndGreed?: FearAndGreedReport;
}

/** Statistics of the headlines that a sentiment is the mean of. */
export interface Figures {
  readonly count: number;
  readonly sum: number;
  readonly median: number;
  /** The newest headline's score. */
  readonly last: number;
  /** Headlines per second. */
  readonly rate: number;
}

/** Returns the figures at a time (epoch milliseconds) if they belong to the sentiment stored at that time. */
export type FiguresAt = (time: number, sentiment: number) => Figures | undefined;
