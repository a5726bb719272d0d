import type { UpstreamTrouble } from './upstream-errors.ts';

/** `timeout` becomes status 504, all others 502. */
export type SourceFault =
  | 'unreachable'
  | 'timeout'
  | 'bad_status'
  | 'redirected'
  | 'too_large'
  | 'unexpected_body'
  | 'simulated'
  | 'all_rejected'
  /** No upstream returned anything. */
  | 'absent';

/** The source returned no usable sample. The message may be shown to users; details are in `cause`. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceFault;
  /** Set for a source with several upstreams. */
  readonly troubles: readonly UpstreamTrouble[] | undefined;

  constructor(
    code: SourceFault,
    message: string,
    options: ErrorOptions & { troubles?: readonly UpstreamTrouble[] | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.troubles = options.troubles;
  }
}

/** `busy`: another process holds a lock. `occupied`: the store must be empty for this, and holds samples. */
export type StoreFault = 'unreachable' | 'timeout' | 'busy' | 'unsuitable' | 'occupied' | 'failed';

/** An operation of the store failed. The message may be shown to users; details are in `cause`. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreFault;

  constructor(code: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The setup is wrong. The message is one line: what is wrong, and what to do. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The work was abandoned because the service is stopping. */
export class StoppingError extends Error {
  override readonly name = 'StoppingError';

  constructor() {
    super('the service is stopping');
  }
}

/** The part of an error that readers may see: messages of this program, without internals. */
export function publicReason(error: unknown): string {
  const isOurs =
    error instanceof SourceError || error instanceof StoreError || error instanceof StoppingError;
  return isOurs ? error.message : 'an unexpected failure';
}

/** Whether the operating system refused a call, such as to open a file. */
export const isSystemError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;

/** The messages of an error and its causes on one line, for logs and operators. */
export function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at instanceof Error && messages.length < 5; at = at.cause) {
    if (at.message) messages.push(at.message);
  }
  return messages.join(': ') || String(error);
}

/** For `catch`: the rejection is handled elsewhere, or does not matter here. */
export const ignoreRejection = (): undefined => undefined;
