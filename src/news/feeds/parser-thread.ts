import { parentPort } from 'node:worker_threads';
import { MalformedError, ParseError } from 'feedsmith';
import { type ActualCharset, decodeXml } from './charset.ts';
import { type ParsedFeed, parse } from './parse.ts';

/** What is sent to this thread, one at a time. */
export interface FeedDocument {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly address: string;
  /** What was remembered of the feed. */
  readonly charset?: ActualCharset;
}

export interface ParsedDocument extends ParsedFeed {
  /** What to remember of the feed: absent where it is in the encoding that it says. */
  readonly charset?: ActualCharset;
}

/** What comes back; of what is no feed, why it is none: goes on from the feed's name. */
export type ThreadAnswer = ParsedDocument | { readonly problem: string };

function problemOf(error: unknown): string {
  if (error instanceof MalformedError) return 'sent a feed that breaks off, or is not well formed';
  return error instanceof ParseError ? 'sent a feed without anything in it' : 'sent what is no feed';
}

function answer({ bytes, contentType, address, charset: known }: FeedDocument): ThreadAnswer {
  try {
    const { text, charset } = decodeXml(bytes, contentType, known);
    return { ...parse(text, address), ...(charset && { charset }) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

parentPort?.on('message', (document: FeedDocument) => parentPort?.postMessage(answer(document)));
parentPort?.postMessage('ready');
