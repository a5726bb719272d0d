import type { SettingName } from '../config/settings.ts';

/** The values of the options that were given, and the defaults of the others. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

/**
 * @param commands all commands of the program.
 * @returns the exit code.
 */
type Run = (options: Options, operand: string | undefined, commands: CommandDefinitions) => Promise<number>;

export interface OptionDefinition {
  /** A phrase. The help adds the choices and the default. */
  readonly meaning: string;
  /** The name of the value, such as URL; a switch has none. Shells complete FILE with the names of files. */
  readonly value?: string;
  /** All values that are allowed. */
  readonly choices?: readonly string[];
  readonly fallback?: string;
  readonly isRequired?: true;
}

export type OptionDefinitions = Readonly<Record<string, OptionDefinition>>;

/** An argument that is not an option. */
interface OperandDefinition {
  /** Shells complete FILE with the names of files. */
  readonly name: string;
  /** All values that are allowed. */
  readonly choices?: readonly string[];
  readonly isOptional?: true;
}

/** Settings that commands read together. `help/settings.ts` lists them. */
export type SettingGroup = 'all' | 'address' | 'store' | 'proxy' | 'source';

/** Everything that the parser, the help and the completions of shells know about a command. */
export interface CommandDefinition {
  /** A sentence for the list of commands. */
  readonly summary: string;
  /** Sentences that only the command's own help adds. */
  readonly details?: string;
  readonly operand?: OperandDefinition;
  /** By their names without dashes. All commands also have `COMMON_OPTIONS`. */
  readonly options?: OptionDefinitions;
  /** What each code means. All commands also have `COMMON_EXIT_CODES`. */
  readonly exitCodes: Readonly<Record<number, string>>;
  /** Complete command lines. */
  readonly examples: readonly string[];
  readonly settings: readonly (SettingName | SettingGroup)[];
  readonly load: () => Promise<{ readonly run: Run }>;
}

export type CommandDefinitions = Readonly<Record<string, CommandDefinition>>;
