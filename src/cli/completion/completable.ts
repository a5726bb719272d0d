import type { CommandDefinition, OptionDefinition } from '../command.ts';
import { COMMON_OPTIONS } from '../definitions/every-command.ts';

export const optionsOf = ({ options }: CommandDefinition): [string, OptionDefinition][] =>
  Object.entries({ ...options, ...COMMON_OPTIONS });

/** Whether a value of this name is the name of a file. */
export const isFile = (value: string): boolean => value === 'FILE';

/** A text as one word of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
