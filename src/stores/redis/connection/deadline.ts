import { StoreError } from '../../../domain/errors.ts';

/** The work's outcome, or a StoreError after the limit (milliseconds), or the signal's reason. */
export async function within<T>(limit: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const { promise: alarm, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(reject, limit, new StoreError('timeout', 'the store does not answer'));
  const end = () => reject(signal?.reason);
  signal?.addEventListener('abort', end);
  try {
    return await Promise.race([work, alarm]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
