import { ErrorReply } from 'redis';
import type { Client } from '../stores/redis/connection/client.ts';
import type { Keys } from '../stores/redis/keys.ts';
import { assertRights } from '../stores/redis/permissions.ts';
import { prepareSeries } from '../stores/redis/samples/series.ts';
import { type CheckResult, fatal, ok, warning } from './check-result.ts';

/** A question to a server that is connected; it changes nothing there. What it throws is that the server failed. */
export interface ServerCheck {
  readonly name: string;
  run(client: Client, keys: Keys): Promise<CheckResult>;
}

/** A module's version is one number: 11206 is 1.12.6. */
function asVersion(number: number): string {
  return [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100].join('.');
}

/** `undefined` where the user may not ask. */
async function moduleVersion(client: Client): Promise<string | undefined> {
  const modules = await client.moduleList().catch(() => []);
  const module = modules.find(({ name }) => String(name).toLowerCase() === 'timeseries');
  return module && asVersion(Number(module.ver));
}

const timeSeries: ServerCheck = {
  name: 'time series',
  async run(client, { price }) {
    try {
      await client.ts.info(price);
    } catch (error) {
      // That there is no such key yet is an answer of the command.
      if (!(error instanceof ErrorReply) || /unknown command/i.test(error.message)) throw error;
    }
    const version = await moduleVersion(client);
    return ok(this.name, version === undefined ? 'available' : `version ${version}`);
  },
};

const rights: ServerCheck = {
  name: 'permissions',
  async run(client, keys) {
    await assertRights(client, keys, true);
    return ok(this.name, 'this user may run every command that the service needs');
  },
};

const TYPES = [
  ['cache', 'string'],
  ['state', 'hash'],
  ['headlines', 'hash'],
  ['rollups', 'hash'],
] as const;

const keys: ServerCheck = {
  name: 'keys',
  async run(client, all) {
    await prepareSeries(client, all, false);
    for (const [name, expected] of TYPES) {
      // The service does not ask for types itself, so its user may not be allowed to.
      const type = await client.type(all[name]).catch(() => 'none');
      if (type === expected || type === 'none') continue;
      return fatal(
        this.name,
        `"${all[name]}" holds a ${type}, not a ${expected}`,
        'Set KEY_PREFIX to one that is not in use.',
      );
    }
    const series = [all.price, all.sentiment];
    const counts = await Promise.all(
      series.map((key) =>
        client.ts.info(key).then(
          ({ totalSamples }) => totalSamples,
          () => undefined,
        ),
      ),
    );
    const [prices, sentiments] = counts;
    if (prices === undefined && sentiments === undefined)
      return ok(this.name, 'the first start will create the time series');
    const inWords = (count: number | undefined): string => (count ?? 0).toLocaleString('en');
    return ok(this.name, `${inWords(prices)} prices and ${inWords(sentiments)} sentiments are kept`);
  },
};

const memory: ServerCheck = {
  name: 'memory',
  async run(client) {
    const info = await client.info('memory').catch(() => undefined);
    if (info === undefined) return ok(this.name, 'not told to this user');
    const read = (field: string): string => new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1] ?? '';
    const [policy, used, limit] = [read('maxmemory_policy'), read('used_memory'), Number(read('maxmemory'))];
    if (policy.startsWith('allkeys-'))
      return warning(
        this.name,
        `eviction policy ${policy}: Redis may delete samples`,
        'Run CONFIG SET maxmemory-policy noeviction, and set it in redis.conf.',
      );
    if (limit > 0 && Number(used) > 0.9 * limit)
      return warning(
        this.name,
        'over 90 % of maxmemory is used',
        'Raise maxmemory: a full Redis refuses samples.',
      );
    return ok(this.name, `eviction policy ${policy || 'not told'}`);
  },
};

export const SERVER_CHECKS: readonly ServerCheck[] = [timeSeries, rights, keys, memory];
