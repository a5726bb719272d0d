/** Caches the answer outside the process: for the next process, and for clients that read the tutorial’s key. */
export interface AnswerCache {
  /** The text and its remaining time to live, in milliseconds; `undefined` if there is none. */
  read(): Promise<{ text: string; timeToLive: number } | undefined>;
  write(text: string, timeToLive: number): Promise<void>;
  clear(): Promise<void>;
}
