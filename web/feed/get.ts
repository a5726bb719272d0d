import { setClockBy } from './clock.ts';

/** How long an answer may take. Milliseconds. */
const LIMIT = 10_000;

/** The JSON at a path of the service; rejects where it is refused, and as `fetch` does. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(LIMIT);
  // What was kept a moment ago is asked about, for a newer sample may be what brought us here.
  const response = await fetch(path, {
    cache: 'no-cache',
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
  setClockBy(response);
  if (!response.ok) throw new Error(`the service answered ${response.status}`);
  return (await response.json()) as T;
}
