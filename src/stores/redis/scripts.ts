import { readFileSync } from 'node:fs';
import { defineScript } from 'redis';
import { HOUR } from '../../domain/time/time.ts';
import type { Keys } from './keys.ts';
import { allDaysPages, LIMIT, MOST_DAYS_PAGES, SCHEMA, type ScriptKeys } from './rollups/pages.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

// The client's types turn what a script answers into lists of anything: whoever asks names it again.

/** A bucket as TS.RANGE gives it: its start, and its value in text, so that no digit is lost. */
type Pair = [start: number, value: string];
export type SeriesHours = [newest: number | null, averages: Pair[], counts: Pair[]];

/** Of append.lua: how many samples brought something. */
export type Added = number;
export type Removed = [removed: number, next: number | null];
export type Mended = [
  isChanged: 0 | 1,
  prices: number,
  sentiments: number,
  since: number | null,
  older: number | null,
];

export type Looked = [
  since: number | null,
  samples: [count: number, first: number, last: number],
  pages: (Buffer | null)[],
];

export type ReadPages = [since: number | null, pages: (Buffer | null)[]];

/** A script that changes samples or rollups; what it is told besides its keys is said there. */
const changing = (name: string) =>
  defineScript({
    SCRIPT: read('rollups/rollups.lua') + read(name),
    NUMBER_OF_KEYS: 5,
    parseCommand(parser, keys: ScriptKeys, ...words: readonly (string | number)[]) {
      parser.pushKeys([...keys]);
      parser.push(...words.map(String));
    },
    transformReply: (reply: unknown) => reply,
  });

export const scripts = {
  append: changing('samples/append.lua'),
  remove: changing('samples/remove.lua'),
  mend: changing('rollups/repair.lua'),
  rollups: defineScript({
    SCRIPT: read('rollups/read.lua'),
    IS_READ_ONLY: true,
    parseCommand(parser, keys: Keys, pages: readonly string[]) {
      const all = [keys.price, keys.sentiment, keys.rollups, ...pages];
      parser.push(String(all.length));
      parser.pushKeys(all);
      parser.push(SCHEMA);
    },
    transformReply: (reply: unknown) => reply,
  }),
  look: defineScript({
    SCRIPT: read('rollups/find-stale.lua'),
    NUMBER_OF_KEYS: 2 + MOST_DAYS_PAGES,
    IS_READ_ONLY: true,
    parseCommand(parser, series: string, keys: Keys) {
      parser.pushKeys([series, keys.rollups, ...allDaysPages(keys)]);
      parser.push(SCHEMA, String(LIMIT));
    },
    transformReply: (reply: unknown) => reply,
  }),
  threeHours: defineScript({
    SCRIPT: read('samples/three-hours.lua'),
    NUMBER_OF_KEYS: 2,
    IS_READ_ONLY: true,
    parseCommand(parser, keys: [string, string], latest: number) {
      parser.pushKeys(keys);
      parser.push(String(latest), String(HOUR));
    },
    transformReply: (reply: unknown) => reply,
  }),
};
