import type { Counts } from '../import-export/import-counts.ts';

/** Between two looks. Milliseconds. */
const INTERVAL = 200;

const WIDTH = 24;

export interface ProgressSource {
  readonly counts: () => Counts;
  /** How far the input is read, from 0 to 1; `undefined` where nobody knows how much there is. */
  readonly part: () => number | undefined;
}

function bar(part: number): string {
  const filled = Math.round(Math.min(1, part) * WIDTH);
  return `[${'='.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${Math.floor(part * 100)} %  `;
}

/** Shows people on a terminal how far it is, in one line that is gone in the end; nobody else sees anything. */
export function showProgress({ counts, part }: ProgressSource): Disposable {
  if (!process.stderr.isTTY) return { [Symbol.dispose]: () => undefined };
  const began = performance.now();
  const timer = setInterval(() => {
    const { received, rejected } = counts();
    const perSecond = Math.round((received / (performance.now() - began)) * 1000).toLocaleString('en');
    const read = part();
    const bad = rejected > 0 ? `, ${rejected.toLocaleString('en')} rejected` : '';
    const text = `${read === undefined ? '' : bar(read)}${received.toLocaleString('en')} samples, ${perSecond}/s${bad}`;
    process.stderr.write(`\r${text}\u001b[K`);
  }, INTERVAL);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      process.stderr.write('\r\u001b[K');
    },
  };
}
