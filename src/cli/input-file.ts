import { open } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { printError } from './output.ts';

/** Read at a time. Bytes. */
const CHUNK = 2 ** 19;

/** The bytes of a file, or of standard input. */
export interface Input {
  readonly chunks: AsyncIterable<Buffer>;
  /** How far it is read, from 0 to 1; `undefined` where nobody knows how much there is. */
  part(): number | undefined;
}

/**
 * @param name of a file; `-` is standard input.
 * @param signal ends the reading.
 * @throws the system's own error where it cannot be read.
 */
export async function openInput(name: string, signal: AbortSignal): Promise<Input> {
  if (name === '-') {
    if (process.stdin.isTTY) printError('reading samples from standard input; press Ctrl-D to end');
    return { chunks: addAbortSignal(signal, process.stdin), part: () => undefined };
  }
  const file = await open(name);
  const { size } = await file.stat();
  const stream = file.createReadStream({ highWaterMark: CHUNK, signal });
  return { chunks: stream, part: () => (size > 0 ? stream.bytesRead / size : undefined) };
}
