export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
}

/** A way to run a Redis with time series. */
export interface Launcher {
  readonly name: string;
  /** Prepares the start; rejects if this way does not work on this machine. */
  readonly prepare: () => Promise<void>;
  readonly command: (port: number, dir: string) => Command;
  /** Runs a sentinel with a settings file; absent if several servers would not find each other on this machine. */
  readonly sentinel?: (file: string) => Command;
}
