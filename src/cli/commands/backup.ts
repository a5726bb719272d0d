import { openToLook } from '../../bootstrap/open-store.ts';
import { readConfig } from '../../config/config.ts';
import { messagesOf, StoreError } from '../../domain/errors.ts';
import type { Options } from '../command.ts';
import { CANNOT_CREATE, NO_INPUT, TRY_AGAIN } from '../exit-codes.ts';
import { print, printError } from '../output.ts';
import { watchForSignals } from '../stop-signals.ts';

/** @param file which the parser requires. */
export async function run(_options: Options, file = ''): Promise<number> {
  const config = readConfig();
  const opened = await openToLook(config);
  if (!opened) {
    printError('the store holds no samples');
    return NO_INPUT;
  }
  await using _ = opened.store;
  const { signal, exitCode } = watchForSignals();
  try {
    await opened.backUp(file, signal);
  } catch (error) {
    const code = exitCode();
    if (code !== undefined) return code;
    if (!(error instanceof StoreError)) throw error;
    printError(messagesOf(error));
    return ['busy', 'timeout', 'unreachable'].includes(error.code) ? TRY_AGAIN : CANNOT_CREATE;
  }
  print(`store copied to ${file}`);
  return 0;
}
