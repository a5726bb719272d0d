import { DamagedError } from '../compressed/damaged.ts';
import { emptyBatch, type SampleBatch } from '../sample-batch.ts';
import type { TableOptions } from '../tables/table-options.ts';
import type { TimeColumn } from '../times/time-column.ts';
import { UnusableError } from '../unusable-input.ts';

/** The longest line, or record of a list. */
export const MAX_RECORD_BYTES = 65_536;

/** Reads one input in one format. */
export interface Reader {
  /**
   * Reads the complete records into the batch.
   *
   * @param isLast whether these are the last bytes.
   * @returns the number of bytes read. The next call begins with the rest.
   * @throws UnusableError.
   */
  read(bytes: Buffer, isLast: boolean, batch: SampleBatch): number;
  /** The number of the next line. */
  line(): number;
}

/** What an input is read as. */
export interface Recognised {
  readonly shape: string;
  readonly times: TimeColumn;
  /** Whether many records are in memory at once. */
  readonly hasRowGroups?: true;
}

/** What every format's reader needs. */
export interface ReaderNeeds {
  readonly clock: () => number;
  /** Receives messages for the user. */
  readonly notice: (text: string) => void;
  /** Whether the target store holds simulated samples. */
  readonly isSimulated: boolean;
  readonly table: TableOptions;
  /** The name of the file, if it has one. */
  readonly name?: string | undefined;
  /** Called before the first batch. */
  readonly onRecognised: (recognised: Recognised) => void;
}

/** Read at once. With very short lines, a larger piece would make a batch of hundreds of megabytes. */
const PIECE_BYTES = 2 ** 16;

async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES);
  }
}

/**
 * Reads an input into batches. Records before an error are yielded before it is thrown.
 *
 * @throws UnusableError, or what the chunks throw.
 */
export async function* readBatches(
  chunks: AsyncIterable<Buffer>,
  reader: Reader,
): AsyncGenerator<SampleBatch, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
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
      if (rest.length > MAX_RECORD_BYTES)
        throw new UnusableError(`it does not end within ${MAX_RECORD_BYTES} bytes`, reader.line());
    }
  } catch (error) {
    throw error instanceof DamagedError
      ? new UnusableError(error.message, reader.line(), { cause: error.cause })
      : error;
  }
  const { batch, fault } = read(rest, true);
  yield batch;
  if (fault) throw fault;
}
