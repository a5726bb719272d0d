import type { TestContext } from 'node:test';
import { type CommandResult, command } from './command.ts';
import { LOCAL_ONLY } from './local-only.ts';

interface Row {
  readonly check: string;
  readonly name: string;
  readonly result: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  readonly advice: string | null;
}

export interface Diagnosis extends CommandResult {
  readonly wouldAnswer: boolean;
  readonly rows: readonly Row[];
  /** The rows with a name, one per line: "failed: detail → advice". */
  row(name: string): string;
}

/** Runs `doctor --json`, and parses its rows. */
export async function diagnose(t: TestContext, env: Readonly<Record<string, string>>): Promise<Diagnosis> {
  const outcome = await command(t, ['doctor', '--json'], { NODE_OPTIONS: LOCAL_ONLY, ...env });
  if (!outcome.stdout.startsWith('{')) throw new Error(`not JSON: ${outcome.stdout}${outcome.stderr}`);
  const { would_answer: wouldAnswer, checks } = JSON.parse(outcome.stdout);
  const rows: readonly Row[] = checks;
  return {
    ...outcome,
    wouldAnswer,
    rows,
    row(name) {
      const found = rows.filter((row) => row.name === name);
      return found
        .map(({ result, detail, advice }) => `${result}: ${detail}${advice === null ? '' : ` → ${advice}`}`)
        .join('\n');
    },
  };
}
