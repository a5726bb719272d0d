import type { PlaceTrouble } from './upstream-errors.ts';

/** What went wrong at the source. `timeout` is the gateway's 504, all others its 502. */
export type SourceFault =
  | 'unreachable'
  | 'timeout'
  | 'bad_status'
  | 'redirected'
  | 'too_large'
  | 'unexpected_body'
  | 'simulated'
  | 'all_rejected'
  /** Several places were asked, and none gave anything. */
  | 'absent';

/** The source gave nothing that can be kept. The message is fit for readers; the inside is in `cause`. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceFault;
  /** Where several places were asked. */
  readonly troubles: readonly PlaceTrouble[] | undefined;

  constructor(
    code: SourceFault,
    message: string,
    options: ErrorOptions & { troubles?: readonly PlaceTrouble[] | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.troubles = options.troubles;
  }
}

export type StoreFault = 'unreachable' | 'timeout' | 'busy' | 'unsuitable' | 'failed';

/** The store could not do what it was asked. The message is fit for readers; the inside is in `cause`. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreFault;

  constructor(code: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The service cannot start as it was set up. The message is one line: what is wrong, and what to do. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The service is on its way out, and gave up what it was doing. */
export class StoppingError extends Error {
  override readonly name = 'StoppingError';

  constructor() {
    super('the service is stopping');
  }
}

/** What may be told to readers of a failure: our own messages, which say nothing of the inside. */
export function publicReason(error: unknown): string {
  const isOurs =
    error instanceof SourceError || error instanceof StoreError || error instanceof StoppingError;
  return isOurs ? error.message : 'an unexpected failure';
}

/** The messages of an error and of what caused it, in one line: for logs and operators. */
export function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at instanceof Error && messages.length < 5; at = at.cause) {
    if (at.message) messages.push(at.message);
  }
  return messages.join(': ') || String(error);
}

/** For `catch`: the rejection is handled elsewhere, or does not matter here. */
export const ignoreRejection = (): undefined => undefined;
