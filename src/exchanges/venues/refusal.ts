import { SourceError } from '../../domain/errors.ts';

/** The venue wants to be left alone: for asking too often, or for who asks and from where. */
export class RefusalError extends SourceError {
  readonly refusal: 'too_often' | 'forbidden';
  /** The header `Retry-After` as it came. */
  readonly retryAfter: string | undefined;

  constructor(refusal: RefusalError['refusal'], message: string, retryAfter?: string) {
    super('bad_status', message);
    this.refusal = refusal;
    this.retryAfter = retryAfter;
  }
}
