import { StoreError } from '../../../domain/errors.ts';
import { DAY } from '../../../domain/time/bucket-width.ts';
import { formatTime } from '../../../domain/time/time.ts';
import { type CheckableStore, type CheckedStore, type Damage, damageAt } from '../../damage.ts';
import type { RedisAddress } from '../connection/address.ts';
import { type Connection, connect } from '../connection/connection.ts';
import { openLocation } from '../connection/location/locate.ts';
import { loadScript } from '../connection/script.ts';
import { type Keys, keysAt, LAYOUT } from '../keys.ts';
import { assertLayout } from '../layout.ts';
import { raiseField } from '../raise-field.ts';
import { findStale } from '../rollups/find-stale.ts';
import { keysOf, ROLLUPS_LUA } from '../rollups/pages.ts';
import { createRepair } from '../rollups/repair.ts';
import { wrongRollups } from './compare.ts';
import {
  invalidTexts,
  type Run,
  rawSinceCopies,
  setupErrorOf,
  wrongSeries,
  wrongTypes,
} from './damaged-keys.ts';

const LIMIT_MS = 5000;

const dayScript = loadScript<number>([...ROLLUPS_LUA, new URL('recompute-days.lua', import.meta.url)]);

async function checkKeys(run: Run, keys: Keys): Promise<CheckedStore> {
  const summary = `${keys.price.replace(/:price:.*/, '')}: layout ${LAYOUT}`;
  const types = await wrongTypes(run, keys);
  const damages: Damage[] = [...types, ...(await wrongSeries(run, keys))];
  const isStateReadable = !types.some(({ key }) => key === keys.state);
  const texts = isStateReadable ? await invalidTexts(run, keys) : [];
  const isOfOtherLayout = types.some(({ key }) => key === keys.store);
  if (!isOfOtherLayout) {
    await run((client) => assertLayout(client, keys, false)).catch((error) => {
      throw setupErrorOf(error) ?? error;
    });
  }
  const [inRollups, inStore] = await rawSinceCopies(run, keys);
  if (inRollups !== inStore)
    damages.push({ what: 'one of the two copies of raw_since is missing or wrong', kind: 'derived' });
  // What remains reads all of these.
  if (damages.length > 0) return { summary, damages: [...damages, ...texts] };

  const found = await findStale(run, keys);
  if (found.since !== 0) {
    const until = found.since === undefined ? '' : ` before ${formatTime(found.since)}`;
    return {
      summary,
      damages: [...texts, { what: `hours and days${until} are not built yet`, kind: 'derived' }],
    };
  }
  const wrong = await wrongRollups(run, keys);
  const info = await run((client) =>
    Promise.all([client.ts.info(keys.price), client.ts.info(keys.sentiment)]),
  );
  const [prices, sentiments] = info.map(({ totalSamples }) => totalSamples.toLocaleString('en'));
  return {
    summary: `${summary}; ${prices} prices, ${sentiments} sentiments`,
    damages: [
      ...texts,
      ...damageAt(wrong.hours, 'hours that do not match their samples', 'derived'),
      ...damageAt(wrong.days, 'days that do not match their hours', 'derived'),
      ...damageAt(wrong.remnants, 'trimmed days that lost some of their hours', 'lost'),
    ],
  };
}

async function repairKeys(connection: Connection, keys: Keys, signal: AbortSignal): Promise<string[]> {
  const run: Run = (commands) => connection.run(commands, { limitMs: LIMIT_MS, signal });
  const done: string[] = [];
  const rawSince = Math.max(...(await rawSinceCopies(run, keys)).map((one) => one ?? 0));
  for (const { key, kind } of await wrongTypes(run, keys)) {
    if (kind !== 'derived') continue;
    await run((client) => client.del(key));
    done.push(`deleted ${key}`);
  }
  await run((client) => assertLayout(client, keys, true));
  await run((client) => raiseField(client, [keys.rollups, keys.store], 'raw_since', rawSince));
  if ((await wrongSeries(run, keys)).length > 0) return done;
  // Hours and days are then built from all samples.
  await run((client) => client.hDel(keys.rollups, ['since', 'schema']));
  const repair = createRepair(connection, keys, () => undefined);
  await repair(signal);
  done.push('recomputed all hours and days from their samples');
  const { days } = await wrongRollups(run, keys);
  for (const day of days) await run((client) => dayScript(client, keysOf(keys, day), [day, day + DAY]));
  if (days.length > 0)
    done.push(`recomputed ${days.length.toLocaleString('en')} trimmed days from their hours`);
  return done;
}

/** @throws SetupError, StoreError if Redis cannot be used. */
export async function openRedisToCheck(address: RedisAddress, keyPrefix: string): Promise<CheckableStore> {
  const keys = keysAt(address, keyPrefix);
  const location = openLocation(address, keys.price);
  let fault: unknown;
  const connection = await connect({
    address,
    location,
    prepare: async () => undefined,
    onChange(error) {
      fault = error;
    },
  });
  return {
    async check(signal) {
      if (fault instanceof StoreError) throw fault;
      return await checkKeys((commands) => connection.run(commands, { limitMs: LIMIT_MS, signal }), keys);
    },
    repair: (_damages, signal) => repairKeys(connection, keys, signal),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
