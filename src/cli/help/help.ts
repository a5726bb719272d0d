import type { CommandDefinition, CommandDefinitions, OptionDefinition } from '../command.ts';
import { HEADINGS } from '../definitions/all.ts';
import { COMMON_EXIT_CODES, COMMON_OPTIONS } from '../definitions/every-command.ts';
import { columnBeside, describe, type Row, section, wrap } from './rows.ts';

const NAME = 'is-bitcoin-lit';

const withValue = (name: string, value: string | undefined): string =>
  value ? `--${name} ${value}` : `--${name}`;

const optionRow = ([name, { meaning, value, ...rest }]: readonly [string, OptionDefinition]): Row => [
  `${name === 'help' ? '-h, ' : ''}${withValue(name, value)}`,
  describe(meaning, rest),
];

function operandOf({ operand }: CommandDefinition): string {
  if (!operand) return '';
  return operand.isOptional ? ` [${operand.name}]` : ` ${operand.name}`;
}

/** The command line in short, such as `delete --from TIME --to TIME [--yes]`. */
function synopsis(name: string, command: CommandDefinition): string {
  const options = Object.entries(command.options ?? {}).map(([option, { value, isRequired }]) => {
    const text = withValue(option, value);
    return isRequired ? ` ${text}` : ` [${text}]`;
  });
  return `${NAME} ${name}${operandOf(command)}${options.join('')}`;
}

const commandRows = (commands: CommandDefinitions): Row[] =>
  Object.entries(commands).map(([name, command]) => [`${name}${operandOf(command)}`, command.summary]);

/** What a command without arguments prints. */
export const SHORT_USAGE = `Usage: ${NAME} COMMAND [OPTIONS]

${section('Start with', [
  [`${NAME} demo`, 'run the service offline, on simulated data'],
  [`${NAME} serve`, 'run the service on live data'],
  [`${NAME} --help`, 'list all commands'],
])}`;

/** Lists all commands. */
export function overview(): string {
  const column = columnBeside(Object.values(HEADINGS).flatMap(commandRows));
  const sections = Object.entries(HEADINGS).map(([heading, commands]) =>
    section(heading, commandRows(commands), column),
  );
  return [
    `Usage: ${NAME} COMMAND [OPTIONS]`,
    ...sections,
    section('Options', Object.entries(COMMON_OPTIONS).map(optionRow), column),
    `“${NAME} COMMAND --help” explains a command, with the settings that it reads.
“${NAME} serve --help” lists all settings.`,
  ].join('\n\n');
}

/** Everything about one command. */
export async function commandHelp(name: string, command: CommandDefinition): Promise<string> {
  const { settingRows } = await import('./settings.ts');
  const { summary, details, options, exitCodes, examples } = command;
  const settings = settingRows(command);
  const codes = Object.entries({ ...exitCodes, ...COMMON_EXIT_CODES });
  const parts = [
    wrap(`Usage: ${synopsis(name, command)}`).join('\n  '),
    wrap(details ? `${summary} ${details}` : summary).join('\n'),
    section('Options', Object.entries({ ...options, ...COMMON_OPTIONS }).map(optionRow)),
    section('Exit codes', codes),
    ['Examples:', ...examples.map((example) => `  ${example}`)].join('\n'),
  ];
  if (settings.length > 0)
    parts.push(
      section('Settings, from environment variables or a file named .env in the current folder', settings),
    );
  return parts.join('\n\n');
}
