import { open } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { printError } from './output.ts';

const CHUNK_BYTES = 2 ** 19;

/** The bytes of a file, or of standard input. */
export interface Input {
  readonly chunks: AsyncIterable<Buffer>;
  /** The path of a regular file, which can be read from any place. */
  readonly path: string | undefined;
  /** The part that has been read, from 0 to 1; `undefined` if the size is unknown. */
  part(): number | undefined;
}

/**
 * @param name the path of a file, or `-` for standard input.
 * @throws the system's error if it cannot be read.
 */
export async function openInput(name: string, signal: AbortSignal): Promise<Input> {
  if (name === '-') {
    if (process.stdin.isTTY) printError('reading samples from standard input; press Ctrl-D to end');
    return { chunks: addAbortSignal(signal, process.stdin), path: undefined, part: () => undefined };
  }
  const file = await open(name);
  const status = await file.stat();
  const { size } = status;
  const stream = file.createReadStream({ highWaterMark: CHUNK_BYTES, signal });
  // Archives and Parquet files are read through the path instead.
  const isReadElsewhere = (): boolean => stream.closed && stream.bytesRead < size;
  return {
    chunks: stream,
    path: status.isFile() ? name : undefined,
    part: () => (size > 0 && !isReadElsewhere() ? stream.bytesRead / size : undefined),
  };
}
