import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { CommandDefinition, OptionDefinitions, Options } from './command.ts';
import { COMMON_OPTIONS } from './definitions/every-command.ts';
import { UsageError } from './output.ts';

export interface Arguments {
  readonly options: Options;
  readonly operand: string | undefined;
}

/** Joins an age to the option before it, since Node would parse `--from -7d` as two options. */
function joinTimes(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (/^-\d/.test(arg) && last?.match(/^--[a-z-]+$/)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function configOf(definitions: OptionDefinitions): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, { value, fallback }]) => [
      name,
      { type: value ? 'string' : 'boolean', ...(fallback !== undefined && { default: fallback }) },
    ]),
  );
}

/** Names the nearest of several words, if one is near: “; did you mean show?”. */
export async function suggestion(word: string, words: readonly string[]): Promise<string> {
  const { closestMatch } = await import('leven');
  const nearest = closestMatch(word, words, { maxDistance: Math.floor(word.length / 2) });
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** Node.js would not say which option is meant. */
async function assertKnown(config: ParseArgsConfig, definitions: OptionDefinitions): Promise<void> {
  const { tokens } = parseArgs({ ...config, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(definitions, token.name) || token.rawName === '-h') continue;
    const names = Object.keys(definitions).map((name) => `--${name}`);
    throw new UsageError(`unknown option: ${token.rawName}${await suggestion(token.rawName, names)}`);
  }
}

const listOf = (choices: readonly string[]): string =>
  choices.length === 2 ? choices.join(' or ') : `one of ${choices.join(', ')}`;

function assertChosen(name: string, choices: readonly string[] | undefined, value: unknown): void {
  if (value === undefined || !choices || choices.includes(String(value))) return;
  throw new UsageError(`${name} must be ${listOf(choices)}`);
}

function assertComplete({ options = {}, operand }: CommandDefinition, given: Arguments): void {
  for (const [name, { isRequired, choices }] of Object.entries(options)) {
    if (isRequired && given.options[name] === undefined) throw new UsageError(`--${name} is required`);
    assertChosen(`--${name}`, choices, given.options[name]);
  }
  if (!operand) return;
  if (given.operand === undefined && !operand.isOptional) throw new UsageError(`${operand.name} is required`);
  assertChosen(operand.name, operand.choices, given.operand);
}

/**
 * Parses the arguments of a command, or those of the program if there is none.
 *
 * @throws UsageError.
 */
export async function parseArguments(
  args: readonly string[],
  command?: CommandDefinition,
): Promise<Arguments> {
  const definitions = { ...command?.options, ...COMMON_OPTIONS };
  const options = { ...configOf(definitions), help: { type: 'boolean', short: 'h' } } as const;
  const config = { args: joinTimes(args), options, allowPositionals: true };
  await assertKnown(config, definitions);
  try {
    const { values, positionals } = parseArgs({ ...config, strict: true });
    const [operand, ...more] = positionals;
    const given = { options: values as Options, operand };
    if (given.options['help'] || given.options['version']) return given;
    const unexpected = command?.operand ? more[0] : operand;
    if (unexpected !== undefined) throw new UsageError(`unexpected argument: ${unexpected}`);
    if (command) assertComplete(command, given);
    return given;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
