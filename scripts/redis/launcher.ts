/** One way to have a Redis with time series. */
export interface Launcher {
  readonly name: string;
  /** Makes it ready to be started; rejects where it cannot be had here. */
  readonly prepare: () => Promise<void>;
  readonly command: (
    port: number,
    dir: string,
  ) => { readonly command: string; readonly args: readonly string[]; readonly env?: Record<string, string> };
}
