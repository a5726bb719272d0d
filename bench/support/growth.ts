import { median } from './pinned.ts';

export const inMs = (value: number): string => `${value.toFixed(2)} ms`;

/**
 * Rows with the cached answer's p99 alone and beside each kind of request, in turns, as medians, and how much it grew.
 *
 * @param p99 measures it in milliseconds, alone if nothing is passed.
 * @param most the target, in milliseconds.
 */
export async function growthRows<T>(
  p99: (beside: T | undefined) => Promise<number>,
  requests: readonly (readonly [what: string, beside: T, ...unknown[]])[],
  { pairs, most }: { pairs: number; most: number },
): Promise<string[][]> {
  await p99(undefined);
  const rows: string[][] = [['request', 'alone', 'beside', 'grown by', 'at most', '']];
  for (const [what, request] of requests) {
    const alone: number[] = [];
    const beside: number[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      alone.push(await p99(undefined));
      beside.push(await p99(request));
    }
    const grown = median(beside) - median(alone);
    const verdict = grown <= most ? 'met' : 'missed';
    rows.push([what, inMs(median(alone)), inMs(median(beside)), inMs(grown), `${most} ms`, verdict]);
  }
  return rows;
}
