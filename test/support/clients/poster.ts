import { setTimeout as sleep } from 'node:timers/promises';

/** One `POST /refresh`, and what came of it. */
export interface Pass {
  /** Epoch milliseconds. */
  readonly began: number;
  readonly ended: number;
  /** The status and the problem's code, if it is one: `200`, `503 store_timeout`; `none` without an answer. */
  readonly outcome: string;
  readonly type: string;
  /** The problem's, or nothing. */
  readonly detail: string;
  /** Records that brought something, by the report. */
  readonly added: number;
  /** The newest sample's time by the report, or 0. */
  readonly asOf: number;
}

export async function post(address: string): Promise<Pass> {
  const began = Date.now();
  const nothing = { began, type: '', detail: '', added: 0, asOf: 0 };
  try {
    const response = await fetch(`${address}/refresh`, { method: 'POST' });
    const body = (await response.json()) as Partial<Record<string, string>> & { added?: number };
    return {
      began,
      ended: Date.now(),
      outcome: [response.status, body['code']].filter(Boolean).join(' '),
      type: response.headers.get('content-type') ?? '',
      detail: body['detail'] ?? '',
      added: body.added ?? 0,
      asOf: Date.parse(body['as_of'] ?? '') || 0,
    };
  } catch (error) {
    return { ...nothing, ended: Date.now(), outcome: 'none', detail: String(error) };
  }
}

/** Refreshes one after another, with a pause between. */
export function startPoster(address: string, pause = 100) {
  const passes: Pass[] = [];
  let isOver = false;
  async function go(): Promise<void> {
    while (!isOver) {
      passes.push(await post(address));
      await sleep(pause);
    }
  }
  const going = go();
  return {
    passes,
    /** Ends when the last one is answered. */
    async stop(): Promise<void> {
      isOver = true;
      await going;
    },
  };
}
