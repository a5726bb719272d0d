/** The input cannot be used from some line on. The samples before it are imported. The message is one line for the user. */
export class UnusableError extends Error {
  override readonly name = 'UnusableError';

  /** @param line the number of the line, from 1. */
  constructor(message: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? message : `line ${line}: ${message}`, options);
  }
}
