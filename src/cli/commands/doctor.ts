import { styleText } from 'node:util';
import type { Finding, Result } from '../../diagnosis/finding.ts';
import { type Findings, runExamination } from '../../diagnosis/run.ts';
import type { Command, Options } from '../command.ts';
import { NO_ANSWER } from '../exit-codes.ts';
import { say } from '../output.ts';

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red' } as const satisfies Record<Result, string>;

const RESULT_WIDTH = 9;

// biome-ignore lint/suspicious/noControlCharactersInRegex: some words are a server's own, and must not move the cursor
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Rows that end in the same advice give it once. */
function rows(findings: readonly Finding[], nameWidth: number): string[] {
  const indent = ' '.repeat(2 + RESULT_WIDTH + nameWidth);
  return findings.flatMap(({ name, result, detail, advice }, index) => {
    const start = styleText(COLOURS[result], result.padEnd(RESULT_WIDTH));
    const line = `  ${start}${name.padEnd(nameWidth)}${detail.replace(CONTROL, ' ')}`;
    const isRepeated = advice === findings[index + 1]?.advice;
    return advice === undefined || isRepeated ? line : [line, `${indent}→ ${advice}`];
  });
}

function table(all: Findings): string {
  const names = all.flatMap(({ findings }) => findings.map(({ name }) => name.length));
  const nameWidth = Math.max(...names) + 2;
  return all
    .filter(({ findings }) => findings.length > 0)
    .map(({ heading, findings }) => [styleText('bold', heading), ...rows(findings, nameWidth)].join('\n'))
    .join('\n\n');
}

const isFatal = (finding: Finding): boolean => finding.isFatal === true;

function asJson(all: Findings, wouldAnswer: boolean): string {
  const checks = all.flatMap(({ heading, findings }) =>
    findings.map(({ name, result, detail, advice }) => ({
      check: heading,
      name,
      result,
      detail,
      advice: advice ?? null,
    })),
  );
  return JSON.stringify({ would_answer: wouldAnswer, checks });
}

async function run({ json }: Options): Promise<number> {
  const all = await runExamination();
  const wouldAnswer = !all.some(({ findings }) => findings.some(isFatal));
  if (json) say(asJson(all, wouldAnswer));
  else say(`${table(all)}\n\n${styleText('bold', VERDICTS[wouldAnswer ? 'yes' : 'no'])}`);
  return wouldAnswer ? 0 : NO_ANSWER;
}

const VERDICTS = {
  yes: 'The service would have an answer.',
  no: 'The service would have no answer until this is corrected.',
} as const;

export const command: Command = { options: { json: { type: 'boolean' } }, run };
