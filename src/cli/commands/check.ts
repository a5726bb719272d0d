import { storeOf } from '../../bootstrap/open-store.ts';
import { readConfig } from '../../config/config.ts';
import { messagesOf, StoreError } from '../../domain/errors.ts';
import type { Damage } from '../../stores/damage.ts';
import type { Options } from '../command.ts';
import { DAMAGED, NO_INPUT, TRY_AGAIN } from '../exit-codes.ts';
import { print, printError } from '../output.ts';
import { watchForSignals } from '../stop-signals.ts';

const ADVICE = {
  derived: '; --repair recomputes it',
  readable: '; --repair copies what can be read into a new file',
  lost: '',
} as const;

const damageText = ({ what, kind }: Damage): string => `damaged: ${what}${ADVICE[kind]}`;

async function checkStore(isRepairing: boolean, signal: AbortSignal): Promise<number> {
  await using store = await storeOf(readConfig()).openToCheck();
  if (!store) {
    printError('the store holds no samples');
    return NO_INPUT;
  }
  let { summary, damages } = await store.check(signal);
  for (const damage of damages) print(damageText(damage));
  if (isRepairing && damages.some(({ kind }) => kind !== 'lost')) {
    for (const line of await store.repair(damages, signal)) print(`repaired: ${line}`);
    ({ summary, damages } = await store.check(signal));
    for (const damage of damages) print(`still damaged: ${damage.what}`);
  }
  print(`${damages.length === 0 ? 'ok' : 'damaged'}: ${summary}`);
  return damages.length === 0 ? 0 : DAMAGED;
}

export async function run({ repair }: Options): Promise<number> {
  // A check changes nothing, and takes one long turn of the event loop: only the system can end it at once.
  const interruption = repair === true ? watchForSignals() : undefined;
  try {
    return await checkStore(repair === true, interruption?.signal ?? new AbortController().signal);
  } catch (error) {
    const code = interruption?.exitCode();
    if (code !== undefined) {
      printError('interrupted');
      return code;
    }
    if (!(error instanceof StoreError)) throw error;
    printError(messagesOf(error));
    return TRY_AGAIN;
  }
}
