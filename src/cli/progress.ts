import type { Counts } from '../import-export/import-counts.ts';
import type { ImportSource } from './import-source.ts';

const INTERVAL_MS = 200;

const WIDTH = 24;

function bar(part: number): string {
  const filled = Math.round(Math.min(1, part) * WIDTH);
  return `[${'='.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${Math.floor(part * 100)} %  `;
}

/** Shows the progress on a terminal, in one line that is removed at the end. */
export function showProgress(counts: () => Counts, part: ImportSource['part']): Disposable {
  if (!process.stderr.isTTY) return { [Symbol.dispose]: () => undefined };
  const began = performance.now();
  const timer = setInterval(() => {
    const { received, rejected } = counts();
    const perSecond = Math.round((received / (performance.now() - began)) * 1000).toLocaleString('en');
    const read = part();
    const bad = rejected > 0 ? `, ${rejected.toLocaleString('en')} rejected` : '';
    const text = `${read === undefined ? '' : bar(read)}${received.toLocaleString('en')} samples, ${perSecond}/s${bad}`;
    process.stderr.write(`\r${text}\u001b[K`);
  }, INTERVAL_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      process.stderr.write('\r\u001b[K');
    },
  };
}
