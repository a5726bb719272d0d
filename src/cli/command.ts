import type { ParseArgsConfig } from 'node:util';

/** The values of the options that were given. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** The name of the operand, such as FILE; absent if there is none. */
  readonly operand?: string;
  /** @returns the exit code. */
  readonly run: (options: Options, operand: string | undefined) => Promise<number>;
}
