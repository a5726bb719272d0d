import { parentPort } from 'node:worker_threads';
import { MalformedError, ParseError } from 'feedsmith';
import { type ActualCharset, decodeXml } from './charset.ts';
import { type ParsedFeed, parse } from './parse.ts';

/** A message to this thread, which gets one at a time. */
export interface FeedDocument {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly address: string;
  /** The charset found in earlier bodies of the feed. */
  readonly charset?: ActualCharset;
}

export interface ParsedDocument extends ParsedFeed {
  /** The actual charset, to be saved, if the feed claims another. */
  readonly charset?: ActualCharset;
}

/** The thread's reply. `problem` says why the document is not a feed, as a continuation of the feed's name. */
export type ThreadAnswer = ParsedDocument | { readonly problem: string };

function problemOf(error: unknown): string {
  if (error instanceof MalformedError) return 'sent a feed that is truncated or not well formed';
  return error instanceof ParseError ? 'sent an empty feed' : 'sent something that is not a feed';
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
