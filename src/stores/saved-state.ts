import Type, { type TSchema } from 'typebox';
import { Check } from 'typebox/schema';
import { DAY } from '../domain/time/bucket-width.ts';
import { BITCOIN_BEGAN } from '../domain/time/time.ts';
import type { StateStore } from './state-store.ts';

/** Called with the kind of saved state that does not match its schema. */
export type OnInvalidState = (kind: string) => void;

/** Ten times the size of the largest document, the answers for a whole day of minutes. */
const LIMIT_CHARACTERS = 2 ** 22;

/** How far ahead of the clock a saved time may be: waits last up to a day, and clocks may be set back. */
const MAX_AHEAD_MS = 2 * DAY;

/** A time in epoch milliseconds, at most two days ahead of the clock. */
export const timeAt = (now: number) => Type.Number({ minimum: BITCOIN_BEGAN, maximum: now + MAX_AHEAD_MS });

/** A text that fits on one line. */
export const LineSchema = Type.String({ maxLength: 1000 });

/** A record with at most `most` entries, under any names. */
export const recordOf = <S extends TSchema>(schema: S, most: number) =>
  Type.Object({}, { additionalProperties: schema, maxProperties: most });

/** The parsed text; `undefined` if it is not JSON or does not match the schema. */
export function parseAs(schema: TSchema, text: string): unknown {
  if (text.length > LIMIT_CHARACTERS) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One document of the state store. */
export interface SavedState<T> {
  /**
   * The saved value; `undefined` if there is none, or if it does not match the schema.
   *
   * @param now epoch milliseconds.
   * @throws StoreError.
   */
  read(now: number): Promise<T | undefined>;
  /** @throws StoreError. */
  write(value: T): Promise<void>;
}

/**
 * Opens a JSON document of the state store. Other programs and other versions of this one may write it too, so it is
 * validated as a whole when it is read, and ignored if it does not match.
 */
export function createSavedState<T>(options: {
  stateStore: StateStore;
  /** The key of the document. */
  name: string;
  /** What the document is, for the log. */
  kind: string;
  schemaAt: (now: number) => TSchema;
  onInvalidState: OnInvalidState;
  /** A condition that the schema cannot express. */
  isConsistent?: (value: T) => boolean;
}): SavedState<T> {
  const { stateStore, name, kind, schemaAt, onInvalidState, isConsistent = () => true } = options;
  return {
    async read(now) {
      const text = await stateStore.read(name);
      if (text === undefined) return undefined;
      const value = parseAs(schemaAt(now), text) as T | undefined;
      if (value !== undefined && isConsistent(value)) return value;
      onInvalidState(kind);
      return undefined;
    },
    write: (value) => stateStore.write(name, JSON.stringify(value)),
  };
}
