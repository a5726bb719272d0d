import { styleText } from 'node:util';
import { type CheckResults, runChecks } from '../../diagnosis/run.ts';
import type { CheckResult, Result } from '../../domain/check-result.ts';
import { withoutControls } from '../../domain/untrusted-text.ts';
import type { Options } from '../command.ts';
import { NO_ANSWER } from '../exit-codes.ts';
import { print } from '../output.ts';

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red' } as const satisfies Record<Result, string>;

const RESULT_WIDTH = 9;

/** Consecutive rows with the same advice show it once. */
function rows(results: readonly CheckResult[], nameWidth: number): string[] {
  const indent = ' '.repeat(2 + RESULT_WIDTH + nameWidth);
  return results.flatMap(({ name, result, detail, advice }, index) => {
    const start = styleText(COLOURS[result], result.padEnd(RESULT_WIDTH));
    const line = `  ${start}${name.padEnd(nameWidth)}${withoutControls(detail)}`;
    const isRepeated = advice === results[index + 1]?.advice;
    return advice === undefined || isRepeated ? line : [line, `${indent}→ ${advice}`];
  });
}

function table(all: CheckResults): string {
  const names = all.flatMap(({ results }) => results.map(({ name }) => name.length));
  const nameWidth = Math.max(...names) + 2;
  return all
    .filter(({ results }) => results.length > 0)
    .map(({ heading, results }) => [styleText('bold', heading), ...rows(results, nameWidth)].join('\n'))
    .join('\n\n');
}

function asJson(all: CheckResults, wouldAnswer: boolean): string {
  const checks = all.flatMap(({ heading, results }) =>
    results.map(({ name, result, detail, advice }) => ({
      check: heading,
      name,
      result,
      detail,
      advice: advice ?? null,
    })),
  );
  return JSON.stringify({ would_answer: wouldAnswer, checks });
}

export async function run({ json }: Options): Promise<number> {
  const all = await runChecks();
  const wouldAnswer = !all.some(({ results }) => results.some(({ isFatal }) => isFatal));
  const verdict = wouldAnswer
    ? 'The service would have an answer.'
    : 'The service would have no answer until this is corrected.';
  if (json) print(asJson(all, wouldAnswer));
  else print(`${table(all)}\n\n${styleText('bold', verdict)}`);
  return wouldAnswer ? 0 : NO_ANSWER;
}
