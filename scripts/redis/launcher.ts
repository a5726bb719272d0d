export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
}

/** One way to have a Redis with time series. */
export interface Launcher {
  readonly name: string;
  /** Makes it ready to be started; rejects where it cannot be had here. */
  readonly prepare: () => Promise<void>;
  readonly command: (port: number, dir: string) => Command;
  /** A sentinel with its file of settings; absent where several servers would not find each other on this machine. */
  readonly sentinel?: (file: string) => Command;
}
