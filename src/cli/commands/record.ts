import { recordOnce } from '../../bootstrap/run-once.ts';
import { readConfig } from '../../config/config.ts';
import { messagesOf, SetupError } from '../../domain/errors.ts';
import { type TrackRecordAnswer, TrackRecordSchema } from '../../domain/past/track-record-answer.ts';
import { MomentError } from '../../domain/time/time-expression.ts';
import type { Options } from '../command.ts';
import { NO_ANSWER } from '../exit-codes.ts';
import { print, printError, UsageError } from '../output.ts';
import { requestOrElse } from '../service-client.ts';
import { recordTable } from '../tables/record-table.ts';
import { readTime } from '../time-options.ts';

const LIMIT_MS = 20_000;

export async function run({ url, json, from, to }: Options): Promise<number> {
  const config = readConfig();
  const range = { from: String(from), to: String(to) };
  const now = Date.now();
  const [first, last] = [readTime('from', range.from, now), readTime('to', range.to, now)];
  if (first !== 'oldest' && last !== 'oldest' && first >= last) {
    throw new UsageError('--from must be before --to');
  }

  /** @returns the reason if there is no record. */
  async function fromStore(): Promise<TrackRecordAnswer | string> {
    try {
      return (await recordOnce(config, range)) ?? 'the store holds no samples';
    } catch (error) {
      if (error instanceof SetupError) throw error;
      if (error instanceof MomentError) throw new UsageError(error.message);
      return messagesOf(error);
    }
  }

  const path = `track-record?${new URLSearchParams(range)}`;
  const question = { path, method: 'GET', limitMs: LIMIT_MS, schema: TrackRecordSchema } as const;
  const found = await requestOrElse(
    { ...question, url, config },
    { doing: 'reading the store', run: fromStore },
  );
  if (typeof found === 'string') {
    printError(found);
    return NO_ANSWER;
  }
  print(json ? JSON.stringify(found) : recordTable(found));
  return 0;
}
