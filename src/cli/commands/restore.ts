import { restoreFrom } from '../../bootstrap/open-store.ts';
import { readConfig } from '../../config/config.ts';
import { messagesOf, StoreError } from '../../domain/errors.ts';
import type { Options } from '../command.ts';
import { CANNOT_CREATE, DATA_ERROR, NO_INPUT, TRY_AGAIN } from '../exit-codes.ts';
import { print, printError } from '../output.ts';
import { watchForSignals } from '../stop-signals.ts';

const isSystemError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;

/** By the fault of a StoreError. Others may pass. */
const EXIT_CODES: Readonly<Record<string, number>> = { unsuitable: DATA_ERROR, occupied: CANNOT_CREATE };

/** @param file which the parser requires. */
export async function run(_options: Options, file = ''): Promise<number> {
  const { signal, exitCode } = watchForSignals();
  try {
    await restoreFrom(readConfig(), file, signal);
  } catch (error) {
    const code = exitCode();
    if (code !== undefined) {
      printError('interrupted: a part may be restored; delete it before you restore again');
      return code;
    }
    if (!(error instanceof StoreError || isSystemError(error))) throw error;
    printError(messagesOf(error));
    return error instanceof StoreError ? (EXIT_CODES[error.code] ?? TRY_AGAIN) : NO_INPUT;
  }
  print(`store restored from ${file}`);
  return 0;
}
