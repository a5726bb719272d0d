import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LiveReader {
  readonly response: IncomingMessage;
  /** Everything received so far. */
  text(): string;
  /** The data of the events received so far. */
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on any part of it
  summaries(): any[];
  /** Resolves once the stream's text matches; rejects after five seconds. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the stream ends, to whether the response was complete. */
  readonly ended: Promise<boolean>;
}

/** Reads `GET /live` on a separate connection, until the test ends. */
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
    // `close` follows every error.
    response.on('error', () => undefined).on('close', () => resolve(response.complete));
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
        if (Date.now() > limit) throw new Error(`no ${pattern} within five seconds, only: ${text}`);
        await sleep(5);
      }
    },
    ended,
  };
}
