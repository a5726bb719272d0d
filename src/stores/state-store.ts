/** The stored headlines, as text by key, and a mark that identifies this set. */
export interface StoredHeadlines {
  readonly mark: string;
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * State that a source saves beside the samples, shared by all processes over one store. It is text, which the reader
 * validates. Every method rejects with a StoreError like those of the sample store.
 */
export interface StateStore {
  /** The document with this name; `undefined` if there is none. */
  read(name: string): Promise<string | undefined>;
  /** The last write wins. */
  write(name: string, text: string): Promise<void>;
  /** The first write wins. @returns the text that is stored under the name. */
  settle(name: string, text: string): Promise<string>;
  /** Returns `undefined` if the mark is still that of the stored headlines. */
  headlines(mark: string | undefined): Promise<StoredHeadlines | undefined>;
  /** Deletes the keys in `forget`, then stores those in `keep` that do not exist. */
  changeHeadlines(change: {
    readonly keep: ReadonlyMap<string, string>;
    readonly forget: readonly string[];
  }): Promise<void>;
}
