import type { TestContext } from 'node:test';
import { type FeedAnswer, type FeedRequest, fetchFeed } from '../../../src/news/feeds/fetch.ts';
import { type FeedParser, openParser } from '../../../src/news/feeds/parser.ts';
import { outbound } from './outbound.ts';

/** Opens a parser; closed after the test. */
export function testParser(t: TestContext, deadlineMs = 2000): FeedParser {
  const parser = openParser({ deadlineMs });
  t.after(() => parser[Symbol.asyncDispose]());
  return parser;
}

export type RequestFeed = (address: string, settings?: Partial<FeedRequest>) => Promise<FeedAnswer>;

/** Requests feeds as the service does, with generous limits. */
export function createFeedReader(t: TestContext): RequestFeed {
  const parser = testParser(t);
  return (address, settings = {}) =>
    fetchFeed({
      outbound,
      address,
      validators: {},
      parser,
      deadlineMs: 20_000,
      now: Date.UTC(2026, 0, 1, 12),
      signal: new AbortController().signal,
      ...settings,
    });
}
