import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decodeHTMLStrict } from 'entities/decode';
import { withoutControls } from '../../domain/untrusted-text.ts';
import { type Score, score } from '../../sentiment/score.ts';
import type { Command, Options } from '../command.ts';
import { printError } from '../output.ts';

/** In characters: of a longer line the rest is dropped, so that no input fills the memory. */
const LONGEST_LINE = 10_000;
/** Where there is nothing to score: no number, so that nobody counts it as one. */
const NO_SCORE = '-';
const LINE_END = /\r?\n/;

/** The lines of a stream of bytes, without their ends; what is no UTF-8 becomes U+FFFD, a byte order mark goes. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of input) {
    const lines = (rest + decoder.decode(part, { stream: true })).split(LINE_END);
    // One character more than is kept, for a \r that belongs to the line's end.
    rest = lines.pop()?.slice(0, LONGEST_LINE + 1) ?? '';
    if (lines.length > 0) yield lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest.replace(/\r$/, '')];
}

const withSign = (points: number): string => (points > 0 ? `+${points.toFixed(2)}` : points.toFixed(2));

function inWords(because: Score['because']): string {
  return because.map(({ what, points }) => `${what} ${withSign(points)}`).join('; ');
}

/** Raw feeds escape titles once or twice. What is no complete character reference stays as it is. */
const decoded = (line: string): string =>
  line.includes('&') ? decodeHTMLStrict(decodeHTMLStrict(line)) : line;

function row(line: string, explain: boolean): string {
  const headline = withoutControls(decoded(line.slice(0, LONGEST_LINE)));
  const { score: value, label, because } = score(headline);
  const columns = [value?.toFixed(2) ?? NO_SCORE, label, headline];
  if (explain) columns.push(inWords(because));
  return `${columns.join('\t')}\n`;
}

async function run({ explain }: Options): Promise<number> {
  if (process.stdin.isTTY)
    printError('reading headlines from standard input, one per line; press Ctrl-D to end');
  async function* rows(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    for await (const lines of linesOf(input)) {
      yield lines.map((line) => row(line, explain === true)).join('');
    }
  }
  await pipeline(Readable.from(rows(process.stdin)), process.stdout, { end: false });
  return 0;
}

export const command: Command = { options: { explain: { type: 'boolean' } }, run };
