/** Coordinates the processes over one store. */
export interface Coordinator {
  /**
   * Resolves to true for exactly one of the processes that claim a tick: the one that refreshes.
   *
   * @param tick the number of the tick: its time divided by the interval. @param interval milliseconds.
   */
  claim(tick: number, interval: number): Promise<boolean>;
  /** Notifies the other processes that samples changed, so that they read the store again. */
  announce(): Promise<void>;
  /** Whether this process would receive an announcement. If not, its data may be old. */
  isListening(): boolean;
}
