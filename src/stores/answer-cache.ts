/** The answer as cached outside the process: for the next process, and for clients that read the tutorial’s key. */
export interface AnswerCache {
  /** The text, and how long it has yet to live, in milliseconds; `undefined` where there is none. */
  read(): Promise<{ text: string; timeToLive: number } | undefined>;
  write(text: string, timeToLive: number): Promise<void>;
  clear(): Promise<void>;
}
