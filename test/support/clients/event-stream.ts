import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LiveReader {
  readonly response: IncomingMessage;
  /** Everything that came so far. */
  text(): string;
  /** The data of the events that came so far. */
  // biome-ignore lint/suspicious/noExplicitAny: what is asserted on is not known before
  summaries(): any[];
  /** Resolves once the stream's text matches; rejects after five seconds without. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the stream ends: whether it came to its proper end. */
  readonly ended: Promise<boolean>;
}

/** Reads `GET /live` on a connection of its own, until the test is over. */
export async function readLive(
  t: TestContext,
  address: string,
  headers: Record<string, string> = {},
): Promise<LiveReader> {
  const request = get(new URL('/live', address), { headers, agent: false });
  t.after(() => request.destroy());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const ended = new Promise<boolean>((resolve) => {
    response.on('error', () => 'told by its end').on('close', () => resolve(response.complete));
  });
  return {
    response,
    text: () => text,
    summaries: () => [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, data = '']) => JSON.parse(data)),
    async until(pattern) {
      const limit = Date.now() + 5000;
      for (;;) {
        const match = pattern.exec(text);
        if (match) return match;
        if (Date.now() > limit) throw new Error(`no ${pattern} in five seconds, but: ${text}`);
        await sleep(5);
      }
    },
    ended,
  };
}
