import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import { setClockBy } from './clock.ts';

const TIMEOUT_MS = 10_000;

/** The service, or a proxy before it, refused the request. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** The problem's code, if the service gave one. */
  readonly code: string | undefined;
  /** The width of buckets that the service suggests. */
  readonly bucket: WidthName | undefined;

  constructor(status: number, { code, bucket }: Problem) {
    super(`the service answered ${status}`);
    this.code = code;
    this.bucket = bucket;
  }
}

type Problem = { readonly code?: string; readonly bucket?: WidthName };

async function problemOf(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return {};
  }
}

/** Rejects with a {@link RefusedError} if the status is not a success; otherwise as `fetch` does. */
export async function request(path: string, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  // Revalidates cached responses, since a newer sample may have triggered this request.
  const response = await fetch(path, {
    cache: 'no-cache',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  setClockBy(response);
  if (!response.ok) throw new RefusedError(response.status, await problemOf(response));
  return response;
}

/** The JSON at a path of the service; rejects as {@link request}. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await request(path, signal)).json()) as T;
}
