/** The input cannot be used from some line on. What came before is kept. The message is one line, fit for people. */
export class UnusableError extends Error {
  override readonly name = 'UnusableError';

  /** @param line where it is wrong, counted from 1; absent where there are no lines yet. */
  constructor(message: string, line?: number, options?: ErrorOptions) {
    super(line === undefined ? message : `line ${line}: ${message}`, options);
  }
}
