import type { Chunks } from '../compressed/unpack.ts';

/** The beginning of an input, which can be read further without losing it. */
export interface Peeked {
  /** At least so many bytes, or the whole input. */
  extend(bytes: number): Promise<void>;
  head(): Buffer;
  /** Whether the head is the whole input. */
  isWhole(): boolean;
  /** The error that ended it, if any. */
  fault(): unknown;
  /** The head and the rest. Called once. An error in reading is thrown after the bytes before it. */
  all(): Chunks;
  /** Closes the input instead. */
  close(): Promise<void>;
}

export function peek(chunks: Chunks): Peeked {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let isWhole = false;
  let fault: unknown;

  return {
    async extend(bytes) {
      const parts: Buffer[] = [head];
      let size = head.length;
      try {
        while (size < bytes && !isWhole && fault === undefined) {
          const { value, done } = await iterator.next();
          if (done) isWhole = true;
          else {
            parts.push(value);
            size += value.length;
          }
        }
      } catch (error) {
        fault = error;
      }
      head = Buffer.concat(parts);
    },
    head: () => head,
    isWhole: () => isWhole,
    fault: () => fault,
    async *all() {
      try {
        if (head.length > 0) yield head;
        if (fault !== undefined) throw fault;
        yield* { [Symbol.asyncIterator]: () => iterator };
      } finally {
        await iterator.return?.();
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}
