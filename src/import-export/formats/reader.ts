import { emptyBatch, type SampleBatch } from '../sample-batch.ts';
import type { TimeColumn } from '../times/time-column.ts';
import { UnusableError } from '../unusable-input.ts';

/** No line, and no record of a list, is longer. Bytes. */
export const LONGEST_RECORD = 65_536;

/** One format's reader, over one input. */
export interface Reader {
  /**
   * Reads the records that are whole into the batch.
   *
   * @param isLast whether no more bytes come.
   * @returns how many of the bytes it has done with; the rest comes again, with more.
   * @throws UnusableError.
   */
  read(bytes: Buffer, isLast: boolean, batch: SampleBatch): number;
  /** The number of the line that comes next. */
  line(): number;
}

/** What every format's reader needs. */
export interface ReaderNeeds {
  readonly clock: () => number;
  readonly times: TimeColumn;
  /** Told of what people should know, once each. */
  readonly notice: (text: string) => void;
  /** Whether the samples are to go where simulated ones are. */
  readonly isSimulated: boolean;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Read at once. Of a file of the shortest lines that there are, a larger piece makes a batch of hundreds of megabytes. Bytes. */
const PIECE = 2 ** 16;

async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) yield chunk.subarray(at, at + PIECE);
  }
}

/**
 * Reads an input, a batch for each piece of its chunks. What was read before a fault is given before it is thrown.
 *
 * @throws UnusableError, or what the chunks throw.
 */
export async function* readBatches(
  chunks: AsyncIterable<Buffer>,
  reader: Reader,
): AsyncGenerator<SampleBatch, void, undefined> {
  let rest = NOTHING;
  function read(bytes: Buffer, isLast: boolean): { batch: SampleBatch; fault: unknown } {
    const batch = emptyBatch();
    try {
      rest = bytes.subarray(reader.read(bytes, isLast, batch));
      return { batch, fault: undefined };
    } catch (fault) {
      return { batch, fault };
    }
  }
  try {
    for await (const chunk of inPieces(chunks)) {
      const { batch, fault } = read(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk, false);
      yield batch;
      if (fault) throw fault;
      if (rest.length > LONGEST_RECORD)
        throw new UnusableError(`it does not end within ${LONGEST_RECORD} bytes`, reader.line());
    }
  } catch (error) {
    const isZip = error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
    if (!isZip) throw error;
    throw new UnusableError('the gzip data breaks off, or is damaged', reader.line(), { cause: error });
  }
  const { batch, fault } = read(rest, true);
  yield batch;
  if (fault) throw fault;
}
