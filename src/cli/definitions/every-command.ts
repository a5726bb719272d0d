import type { OptionDefinitions } from '../command.ts';
import { CONFIG, SOFTWARE, USAGE } from '../exit-codes.ts';

/** Of every command, and of the program without a command. */
export const COMMON_OPTIONS: OptionDefinitions = {
  help: { meaning: 'print this help' },
  version: { meaning: 'print the version' },
};

/** Of every command. */
export const COMMON_EXIT_CODES: Readonly<Record<number, string>> = {
  [USAGE]: 'invalid command line',
  [SOFTWARE]: 'internal error',
  [CONFIG]: 'invalid setting, or unusable store',
};
