import { parentPort } from 'node:worker_threads';
import { decodeXml } from './charset.ts';
import { type ParsedFeed, parse } from './parse.ts';

/** What is sent to this thread, one at a time. */
export interface FeedDocument {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly address: string;
}

/** What comes back; `undefined` for what is no feed. */
export type ThreadAnswer = ParsedFeed | undefined;

function answer({ bytes, contentType, address }: FeedDocument): ThreadAnswer {
  try {
    return parse(decodeXml(bytes, contentType), address);
  } catch {
    return undefined;
  }
}

parentPort?.on('message', (document: FeedDocument) => parentPort?.postMessage(answer(document)));
parentPort?.postMessage('ready');
