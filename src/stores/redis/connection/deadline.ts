import { StoreError } from '../../../domain/errors.ts';

/** Settles like the work, but rejects with a StoreError after the limit, or with the signal's reason. */
export async function within<T>(limitMs: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const { promise: alarm, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StoreError('timeout', 'the store does not answer')), limitMs);
  const end = () => reject(signal?.reason);
  signal?.addEventListener('abort', end);
  try {
    return await Promise.race([work, alarm]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
