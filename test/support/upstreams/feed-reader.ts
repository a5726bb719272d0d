import { after } from 'node:test';
import { type FeedAnswer, type FeedRequest, fetchFeed } from '../../../src/news/feeds/fetch.ts';
import { type FeedParser, openParser } from '../../../src/news/feeds/parser.ts';
import { outbound } from './outbound.ts';

const parsers = new Map<number, FeedParser>();
after(async () => {
  for (const parser of parsers.values()) await parser[Symbol.asyncDispose]();
});

/** All tests of a process share a parser, because its thread takes 100 ms of processor time to start. */
export function testParser(deadlineMs = 2000): FeedParser {
  const parser = parsers.get(deadlineMs) ?? openParser({ deadlineMs });
  parsers.set(deadlineMs, parser);
  return parser;
}

export type RequestFeed = (address: string, settings?: Partial<FeedRequest>) => Promise<FeedAnswer>;

/** Requests feeds as the service does, with generous limits. */
export function createFeedReader(): RequestFeed {
  const parser = testParser();
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
