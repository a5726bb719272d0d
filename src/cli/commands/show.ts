import { readOnce, readPastOnce } from '../../bootstrap/run-once.ts';
import { type Config, readConfig } from '../../config/config.ts';
import { type Answer, AnswerSchema, answer } from '../../domain/answer.ts';
import { messagesOf, SetupError } from '../../domain/errors.ts';
import { CLOCK_TOLERANCE } from '../../domain/time/time.ts';
import { isAbsolute } from '../../domain/time/time-expression.ts';
import type { Options } from '../command.ts';
import { LIT, NO_ANSWER, NOT_LIT, UNKNOWN } from '../exit-codes.ts';
import { print, printError, UsageError } from '../output.ts';
import { requestOrElse } from '../service-client.ts';
import { table } from '../tables/answer-table.ts';
import { readTime } from '../time-options.ts';

function exitCode({ is_lit, stale }: Answer): number {
  if (stale || is_lit === null) return UNKNOWN;
  return is_lit ? LIT : NOT_LIT;
}

/** @returns the reason if there is no answer. */
async function fromStore(config: Config): Promise<Answer | string> {
  try {
    const kept = await readOnce(config);
    if (!kept) return 'the store holds no samples';
    return answer(kept.summary, { stale: Date.now() > kept.freshUntil, source: config.SOURCE });
  } catch (error) {
    if (error instanceof SetupError) throw error;
    return messagesOf(error);
  }
}

/** @returns the reason if there is no answer. */
async function pastFromStore(config: Config, at: string): Promise<Answer | string> {
  try {
    const past = await readPastOnce(config, at);
    if (!past?.kept) return past?.missing?.reason ?? 'the store holds no samples';
    const { time, kept } = past;
    return answer(kept.summary, { stale: time > kept.freshUntil, source: config.SOURCE });
  } catch (error) {
    if (error instanceof SetupError) throw error;
    return messagesOf(error);
  }
}

export async function run({ url, json, at }: Options): Promise<number> {
  const config = readConfig();
  const time = at === undefined ? undefined : String(at);
  const now = Date.now();
  const moment = time === undefined ? now : readTime('at', time, now);
  if (moment !== 'oldest' && moment > now) throw new UsageError('--at is in the future');
  const path = time === undefined ? 'is-bitcoin-lit' : `is-bitcoin-lit?${new URLSearchParams({ at: time })}`;
  const question = { path, method: 'GET', limitMs: 5000, schema: AnswerSchema } as const;
  const found = await requestOrElse(
    { ...question, url, config },
    {
      doing: 'reading the store',
      run: () => (time === undefined ? fromStore(config) : pastFromStore(config, time)),
    },
  );
  if (typeof found === 'string') {
    printError(found);
    return NO_ANSWER;
  }
  // An earlier version ignores the parameter, and answers for now. Of an age or `now`, the service's clock decides.
  const toleranceMs = time === undefined || isAbsolute(time) ? 0 : CLOCK_TOLERANCE;
  if (time !== undefined && moment !== 'oldest' && Date.parse(found.as_of) > moment + toleranceMs) {
    printError('the service is older than this program, and cannot answer for a time in the past');
    return NO_ANSWER;
  }
  print(json ? JSON.stringify(found) : table(found, { isPast: time !== undefined }));
  return exitCode(found);
}
