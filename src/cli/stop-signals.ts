import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * A signal to a whole process group arrives twice where npm is between, which passes on what the
 * service got already. Only what comes later is somebody's impatience. Milliseconds.
 */
const ECHO = 100;

/**
 * Resolves with the name of the first signal that asks the process to stop. One more, later, ends it at
 * once. (close-with-grace would take npm's echo of a Ctrl-C for the second one, and exit with 1.)
 */
export function untilStopped(): Promise<(typeof SIGNALS)[number]> {
  const { promise, resolve } = Promise.withResolvers<(typeof SIGNALS)[number]>();
  let first: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      first ??= Date.now();
      if (Date.now() - first > ECHO) process.exit(128 + constants.signals[signal]);
      resolve(signal);
    });
  }
  return promise;
}
