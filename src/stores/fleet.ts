/** How the processes over one store coordinate refreshes and share changes. */
export interface Fleet {
  /** Whether this process is the one that refreshes at a tick: of all that ask, one is. */
  claim(tick: number, interval: number): Promise<boolean>;
  /** Tells all others that the series changed: they read them anew. There is no order to keep. */
  announce(): Promise<void>;
  /** Whether a change would be heard. While it would not, what a process knows may be old. */
  isListening(): boolean;
}
