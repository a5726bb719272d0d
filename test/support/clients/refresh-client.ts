import { setTimeout as sleep } from 'node:timers/promises';

/** The outcome of one `POST /refresh`. */
export interface RefreshResult {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The status, and the code of a problem: `200`, `503 store_timeout`; `none` without a response. */
  readonly outcome: string;
  readonly contentType: string;
  /** The detail of a problem, or an empty string. */
  readonly detail: string;
  /** The number of samples added, as the report says. */
  readonly added: number;
  /** The newest sample's time in epoch milliseconds, as the report says, or 0. */
  readonly asOf: number;
}

export async function postRefresh(address: string): Promise<RefreshResult> {
  const startedAt = Date.now();
  const noResponse = { startedAt, contentType: '', detail: '', added: 0, asOf: 0 };
  try {
    const response = await fetch(`${address}/refresh`, { method: 'POST' });
    const body = (await response.json()) as Partial<Record<string, string>> & { added?: number };
    return {
      startedAt,
      endedAt: Date.now(),
      outcome: [response.status, body['code']].filter(Boolean).join(' '),
      contentType: response.headers.get('content-type') ?? '',
      detail: body['detail'] ?? '',
      added: body.added ?? 0,
      asOf: Date.parse(body['as_of'] ?? '') || 0,
    };
  } catch (error) {
    return { ...noResponse, endedAt: Date.now(), outcome: 'none', detail: String(error) };
  }
}

/** Sends refreshes one after another, with a pause in between. */
export function startRefreshing(address: string, pauseMs = 100) {
  const results: RefreshResult[] = [];
  let isOver = false;
  async function refreshRepeatedly(): Promise<void> {
    while (!isOver) {
      results.push(await postRefresh(address));
      await sleep(pauseMs);
    }
  }
  const refreshing = refreshRepeatedly();
  return {
    results: results,
    /** Resolves when the last one has ended. */
    async stop(): Promise<void> {
      isOver = true;
      await refreshing;
    },
  };
}
