import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withoutControls } from '../../domain/untrusted-text.ts';
import { type Score, score } from '../../sentiment/score.ts';
import type { Options } from '../command.ts';
import { printError } from '../output.ts';

/** The rest of a longer line is dropped, to limit memory. */
const MAX_LINE_CHARACTERS = 10_000;
/** Printed if nothing in a headline can be scored. */
const NO_SCORE = '-';
const LINE_END = /\r?\n/;

/** Reads lines without their ends. Invalid UTF-8 becomes U+FFFD, and a byte order mark is removed. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of input) {
    const lines = (rest + decoder.decode(part, { stream: true })).split(LINE_END);
    // One character more than the limit, for a \r of the line's end.
    rest = lines.pop()?.slice(0, MAX_LINE_CHARACTERS + 1) ?? '';
    if (lines.length > 0) yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest.replace(/\r$/, '')];
}

const withSign = (points: number): string => (points > 0 ? `+${points.toFixed(2)}` : points.toFixed(2));

function inWords(because: Score['because']): string {
  return because.map(({ what, points }) => `${what} ${withSign(points)}`).join('; ');
}

/** Raw feeds escape titles once or twice. Incomplete character references are not decoded. */
async function decodeAll(lines: readonly string[]): Promise<readonly string[]> {
  if (!lines.some((line) => line.includes('&'))) return lines;
  const { decodeHTMLStrict } = await import('entities/decode');
  return lines.map((line) => decodeHTMLStrict(decodeHTMLStrict(line)));
}

function row(line: string, explain: boolean): string {
  const headline = withoutControls(line);
  const { score: value, label, because } = score(headline);
  const columns = [value?.toFixed(2) ?? NO_SCORE, label, headline];
  if (explain) columns.push(inWords(because));
  return `${columns.join('\t')}\n`;
}

export async function run({ explain }: Options): Promise<number> {
  if (process.stdin.isTTY)
    printError('reading headlines from standard input, one per line; press Ctrl-D to end');
  async function* rows(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    for await (const lines of linesOf(input)) {
      const decoded = await decodeAll(lines.map((line) => line.slice(0, MAX_LINE_CHARACTERS)));
      yield decoded.map((line) => row(line, explain === true)).join('');
    }
  }
  await pipeline(Readable.from(rows(process.stdin)), process.stdout, { end: false });
  return 0;
}
