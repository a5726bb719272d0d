import { refreshOnce } from '../../bootstrap/run-once.ts';
import { type Config, readConfig } from '../../config/config.ts';
import { messagesOf, SetupError } from '../../domain/errors.ts';
import { type Report, ReportSchema, report } from '../../http/routes/refresh-report.ts';
import type { Options } from '../command.ts';
import { NO_ANSWER } from '../exit-codes.ts';
import { countsText, print, printError } from '../output.ts';
import { requestOrElse } from '../service-client.ts';

/** @returns the reason if it fails. */
async function refreshStore(config: Config): Promise<Report | string> {
  try {
    return report(await refreshOnce(config));
  } catch (error) {
    if (error instanceof SetupError) throw error;
    return messagesOf(error);
  }
}

export async function run({ url, json }: Options): Promise<number> {
  const config = readConfig();
  const question = { path: 'refresh', method: 'POST', limitMs: 60_000, schema: ReportSchema } as const;
  const outcome = await requestOrElse(
    { ...question, token: config.REFRESH_TOKEN, url, config },
    { doing: 'refreshing the store', run: () => refreshStore(config) },
  );
  if (typeof outcome === 'string') {
    printError(outcome);
    return NO_ANSWER;
  }
  print(json ? JSON.stringify(outcome) : countsText(outcome));
  return 0;
}
