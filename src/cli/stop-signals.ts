import { constants } from 'node:os';
import { StoppingError } from '../domain/errors.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

type StopSignal = (typeof SIGNALS)[number];

/** The exit code of a process that a signal ends. */
const exitCodeOf = (signal: StopSignal): number => 128 + constants.signals[signal];

/**
 * Under npm, a signal to the process group arrives twice, since npm forwards it. Only a later one is a second signal of the
 * user.
 */
const ECHO_MS = 100;

/**
 * Resolves with the name of the first stop signal. A second one exits at once. (close-with-grace would take npm's echo of a
 * Ctrl-C for the second one, and exit with 1.)
 */
export function untilStopped(): Promise<StopSignal> {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let first: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      first ??= Date.now();
      if (Date.now() - first > ECHO_MS) process.exit(exitCodeOf(signal));
      resolve(signal);
    });
  }
  return promise;
}

export interface Interruption {
  /** Aborted by the first stop signal. */
  readonly signal: AbortSignal;
  /** The exit code for the stop signal; `undefined` if there was none. */
  exitCode(): number | undefined;
}

/** For a command whose work a stop signal ends. */
export function watchForSignals(): Interruption {
  const stopping = new AbortController();
  let exitCode: number | undefined;
  untilStopped().then((signal) => {
    exitCode = exitCodeOf(signal);
    stopping.abort(new StoppingError());
  });
  return { signal: stopping.signal, exitCode: () => exitCode };
}
