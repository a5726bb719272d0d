/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** For programs and people who read the result. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** For people, beside the result. */
export function printError(message: string): void {
  process.stderr.write(`is-bitcoin-lit: ${message}\n`);
}
