import { setClockBy } from './clock.ts';

/** How long an answer may take. Milliseconds. */
const LIMIT = 10_000;

/** The service refused, or something before it did. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** The problem's own code, where the service gave one. */
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined) {
    super(`the service answered ${status}`);
    this.code = code;
  }
}

async function codeOf(response: Response): Promise<string | undefined> {
  try {
    return ((await response.json()) as { code?: string }).code;
  } catch {
    return undefined;
  }
}

/** Rejects with a {@link RefusedError} where the answer is no success, and as `fetch` does. */
export async function ask(path: string, signal?: AbortSignal): Promise<Response> {
  const limit = AbortSignal.timeout(LIMIT);
  // What was kept a moment ago is asked about, for a newer sample may be what brought us here.
  const response = await fetch(path, {
    cache: 'no-cache',
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
  setClockBy(response);
  if (!response.ok) throw new RefusedError(response.status, await codeOf(response));
  return response;
}

/** The JSON at a path of the service; rejects as {@link ask}. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await ask(path, signal)).json()) as T;
}
