import type { CommandDefinitions } from '../command.ts';
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
