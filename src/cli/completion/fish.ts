import type { CommandDefinition, CommandDefinitions } from '../command.ts';
import { COMMON_OPTIONS } from '../definitions/every-command.ts';
import { isFile, optionsOf } from './completable.ts';

/** A text as one word of fish, whose quotes know two escapes. */
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;

const line = (...words: readonly string[]): string => `complete -c is-bitcoin-lit ${words.join(' ')}`;

/** What completes a value. */
function actionOf(value: string, choices: readonly string[] | undefined): string {
  if (choices) return `-x -a ${quoted(choices.join(' '))}`;
  return isFile(value) ? '-r -F' : '-x';
}

function commandLines([name, command]: readonly [string, CommandDefinition]): string[] {
  const condition = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
  const { operand } = command;
  const options = optionsOf(command).map(([option, { meaning, value, choices }]) =>
    line(condition, `-l ${option}`, ...(value ? [actionOf(value, choices)] : []), `-d ${quoted(meaning)}`),
  );
  if (operand && isFile(operand.name)) options.push(line(condition, '-F'));
  if (operand?.choices) options.push(line(condition, `-a ${quoted(operand.choices.join(' '))}`));
  return options;
}

/** A completion script for fish 3 or later. */
export function fishCompletion(definitions: CommandDefinitions): string {
  const first = '-n __fish_use_subcommand';
  const commands = Object.entries(definitions);
  const names = Object.keys(definitions).join(' ');
  return [
    '# fish completion of is-bitcoin-lit',
    line('-f'),
    ...commands.map(([name, { summary }]) => line(first, `-a ${name}`, `-d ${quoted(summary)}`)),
    line(first, '-a help', "-d 'Explain a command.'"),
    ...Object.entries(COMMON_OPTIONS).map(([name, { meaning }]) =>
      line(first, `-l ${name}`, `-d ${quoted(meaning)}`),
    ),
    line(`-n '__fish_seen_subcommand_from help'`, `-a ${quoted(names)}`),
    ...commands.flatMap(commandLines),
  ].join('\n');
}
