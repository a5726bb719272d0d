import type { CommandDefinitions, OptionDefinitions } from '../command.ts';
import { CONFIG, SOFTWARE, USAGE } from '../exit-codes.ts';
import { SAMPLES_COMMANDS } from './samples.ts';
import { SERVICE_COMMANDS } from './service.ts';
import { TOOL_COMMANDS } from './tools.ts';

/** The commands by their headings in the help. To add one, write its file in `commands/`, and an entry in one of these. */
export const HEADINGS: Readonly<Record<string, CommandDefinitions>> = {
  'The service': SERVICE_COMMANDS,
  Samples: SAMPLES_COMMANDS,
  Other: TOOL_COMMANDS,
};

export const COMMANDS: CommandDefinitions = Object.assign({}, ...Object.values(HEADINGS));

/** Of every command, and of the program without a command. */
export const COMMON_OPTIONS: OptionDefinitions = {
  help: { meaning: 'print this help' },
  version: { meaning: 'print the version' },
};

/** Of every command. */
export const COMMON_EXIT_CODES: Readonly<Record<number, string>> = {
  [USAGE]: 'invalid command line',
  [SOFTWARE]: 'internal error',
  [CONFIG]: 'invalid setting',
};
