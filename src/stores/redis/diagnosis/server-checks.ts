import { ErrorReply } from 'redis';
import { type CheckResult, fatal, ok, warning } from '../../../domain/check-result.ts';
import { ignoreRejection } from '../../../domain/errors.ts';
import type { Client } from '../connection/client.ts';
import type { Keys } from '../keys.ts';
import { assertRights } from '../permissions.ts';
import { prepareSeries } from '../samples/series.ts';

/** A check of a connected server, without changes. An exception means that the server failed. */
export interface ServerCheck {
  readonly name: string;
  run(client: Client, keys: Keys): Promise<CheckResult>;
}

/** A module's version is one number: 11206 is 1.12.6. */
function versionText(number: number): string {
  return [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100].join('.');
}

/** `undefined` if the user may not list modules. */
async function moduleVersion(client: Client): Promise<string | undefined> {
  const modules = await client.moduleList().catch(() => []);
  const module = modules.find(({ name }) => String(name).toLowerCase() === 'timeseries');
  return module && versionText(Number(module.ver));
}

const timeSeries: ServerCheck = {
  name: 'time series',
  async run(client, { price }) {
    try {
      await client.ts.info(price);
    } catch (error) {
      // This error shows that the command exists.
      if (!(error instanceof ErrorReply) || /unknown command/i.test(error.message)) throw error;
    }
    const version = await moduleVersion(client);
    return ok(this.name, version === undefined ? 'available' : `version ${version}`);
  },
};

const permissions: ServerCheck = {
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

const keyTypes: ServerCheck = {
  name: 'keys',
  async run(client, keys) {
    await prepareSeries(client, keys, false);
    for (const [name, expected] of TYPES) {
      // The service does not need this command, so its user may not have the right.
      const type = await client.type(keys[name]).catch(() => 'none');
      if (type === expected || type === 'none') continue;
      return fatal(
        this.name,
        `"${keys[name]}" holds a ${type}, not a ${expected}`,
        'Set KEY_PREFIX to one that is not in use.',
      );
    }
    const countOf = async (key: string): Promise<number | undefined> =>
      client.ts.info(key).then(
        ({ totalSamples }) => totalSamples,
        () => undefined,
      );
    const [prices, sentiments] = await Promise.all([countOf(keys.price), countOf(keys.sentiment)]);
    if (prices === undefined && sentiments === undefined)
      return ok(this.name, 'the first start will create the time series');
    const [priceText, sentimentText] = [prices, sentiments].map((count = 0) => count.toLocaleString('en'));
    return ok(this.name, `${priceText} prices and ${sentimentText} sentiments are stored`);
  },
};

const memory: ServerCheck = {
  name: 'memory',
  async run(client) {
    const info = await client.info('memory').catch(ignoreRejection);
    if (info === undefined) return ok(this.name, 'not visible to this user');
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
        'Raise maxmemory: a full Redis rejects samples.',
      );
    return ok(this.name, `eviction policy ${policy || 'unknown'}`);
  },
};

export const SERVER_CHECKS: readonly ServerCheck[] = [timeSeries, permissions, keyTypes, memory];
