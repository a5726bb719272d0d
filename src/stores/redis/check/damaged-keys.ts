import { ErrorReply } from 'redis';
import { SetupError, StoreError } from '../../../domain/errors.ts';
import type { Range } from '../../../domain/time/range.ts';
import { BITCOIN_BEGAN } from '../../../domain/time/time.ts';
import type { Damage } from '../../damage.ts';
import type { Client } from '../connection/client.ts';
import type { Keys } from '../keys.ts';
import { LIMIT, pagesOf } from '../rollups/pages.ts';
import { assertSeries } from '../samples/series.ts';

export type Run = <T>(commands: (client: Client) => Promise<T>) => Promise<T>;

const isWrongType = (error: unknown): boolean =>
  error instanceof ErrorReply && error.message.startsWith('WRONGTYPE');

/** Whether a key has another type than a command needs. */
async function isOfOtherType(command: Promise<unknown>): Promise<boolean> {
  try {
    await command;
    return false;
  } catch (error) {
    if (isWrongType(error)) return true;
    throw error;
  }
}

/** A key of the wrong type hides what is derived, or has replaced what is not. */
export async function wrongTypes(run: Run, keys: Keys): Promise<(Damage & { readonly key: string })[]> {
  const found: (Damage & { key: string })[] = [];
  for (const name of ['store', 'state', 'headlines', 'rollups'] as const) {
    const key = keys[name];
    if (!(await run((client) => isOfOtherType(client.hGet(key, 'x'))))) continue;
    const isDerived = name === 'rollups' || name === 'store';
    found.push({ key, what: `${key} is not a hash`, kind: isDerived ? 'derived' : 'lost' });
  }
  const ever: Range = { from: BITCOIN_BEGAN, to: LIMIT };
  const pages = (['days', 'hours'] as const).flatMap((kind) => pagesOf(keys, kind, ever).names);
  const isPageWrong = await run((client) =>
    Promise.all([keys.cache, ...pages].map((key) => isOfOtherType(client.getRange(key, 0, 0)))),
  );
  for (const [index, key] of [keys.cache, ...pages].entries()) {
    if (isPageWrong[index]) found.push({ key, what: `${key} is not a string`, kind: 'derived' });
  }
  return found;
}

/** The connection wraps every error in a StoreError. */
export const setupErrorOf = (error: unknown): SetupError | undefined =>
  error instanceof StoreError && error.cause instanceof SetupError ? error.cause : undefined;

export async function wrongSeries(run: Run, { price, sentiment }: Keys): Promise<Damage[]> {
  const found: Damage[] = [];
  for (const key of [price, sentiment]) {
    try {
      if (!(await run((client) => assertSeries(client, key))))
        found.push({ what: `${key} is missing`, kind: 'lost' });
    } catch (error) {
      const cause = setupErrorOf(error);
      if (!cause) throw error;
      found.push({ what: cause.message.replace(/^KEY_PREFIX leads to /, ''), kind: 'lost' });
    }
  }
  return found;
}

export async function invalidTexts(run: Run, { state }: Keys): Promise<Damage[]> {
  const documents = await run((client) => client.hGetAll(state));
  return Object.entries(documents).flatMap(([name, text]): Damage[] => {
    // The mark of the headlines is not JSON.
    if (name === 'headlines') return [];
    try {
      JSON.parse(text);
      return [];
    } catch {
      return [{ what: `the field ${name} of ${state} is not JSON, and is ignored`, kind: 'lost' }];
    }
  });
}

/** The time before which samples were trimmed, as each of the two hashes has it; `undefined` if it lacks it, or is no hash. */
export async function rawSinceCopies(run: Run, keys: Keys): Promise<readonly (number | undefined)[]> {
  async function read(client: Client, key: string): Promise<string | null> {
    try {
      return await client.hGet(key, 'raw_since');
    } catch (error) {
      if (isWrongType(error)) return null;
      throw error;
    }
  }
  const texts = await run((client) =>
    Promise.all([keys.rollups, keys.store].map((key) => read(client, key))),
  );
  return texts.map((text) => (text === null ? undefined : Number(text)));
}
