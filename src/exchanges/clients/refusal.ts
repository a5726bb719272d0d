import { SourceError } from '../../domain/errors.ts';

/** The upstream refuses requests: there were too many, or this client or its location is forbidden. */
export class RefusalError extends SourceError {
  readonly refusal: 'too_often' | 'forbidden';
  /** The value of `Retry-After`, unparsed. */
  readonly retryAfter: string | undefined;

  constructor(refusal: RefusalError['refusal'], message: string, retryAfter?: string) {
    super('bad_status', message);
    this.refusal = refusal;
    this.retryAfter = retryAfter;
  }
}
