/** The stored headlines, as text by key, and a mark that identifies exactly this set. */
export interface StoredHeadlines {
  readonly mark: string;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * State that a source saves beside the samples: shared by all processes over one store, and kept over restarts. It is
 * text; the reader validates it. Methods reject as those of the sample store do.
 */
export interface StateStore {
  /** The document of a name; `undefined` where there is none. */
  read(name: string): Promise<string | undefined>;
  /** The last write wins. */
  write(name: string, text: string): Promise<void>;
  /** The first write wins: the text that is kept under the name from now on. */
  settle(name: string, text: string): Promise<string>;
  /** `undefined` where the mark is still that of what is kept. */
  headlines(mark: string | undefined): Promise<StoredHeadlines | undefined>;
  /** Keeps headlines, of each key the first, once others are forgotten. */
  changeHeadlines(change: {
    readonly keep: ReadonlyMap<string, string>;
    readonly forget: readonly string[];
  }): Promise<void>;
}
