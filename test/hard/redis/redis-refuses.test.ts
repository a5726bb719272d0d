import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../scripts/redis/start.ts';
import type { OwnRedis } from '../../support/stores/own-redis.ts';
import { needsRedis } from '../../support/stores/redis.ts';
import { fault } from '../../support/upstreams/fault.ts';
import { onRedis } from '../../support/web/stages.ts';

const SAVED = ['--save', '3600 1', '--rdbcompression', 'no'];

/** Loads its file slowly: each of many keys takes a while, and commands are answered between them. */
async function startLoading({ redis }: { redis: OwnRedis }): Promise<void> {
  await redis.command('EVAL', "for i = 1, 300 do redis.call('SET', i, ('x'):rep(2000)) end", '0');
  // A refresh between the two would be lost, and answers would go back to the one before.
  await redis.command('CLIENT', 'PAUSE', '60000', 'WRITE');
  await redis.command('SAVE');
  await redis.kill();
  await redis.start(...SAVED, '--key-load-delay', '60000', '--loading-process-events-interval-bytes', '1024');
  await assert.rejects(redis.command('PING'), /LOADING/);
}

async function finishLoading({ redis }: { redis: OwnRedis }): Promise<void> {
  await assert.rejects(redis.command('PING'), /LOADING/, 'it took as long as the fault was to last');
  await redis.command('CONFIG', 'SET', 'key-load-delay', '0');
}

/** A folder where the file is to be: whoever runs the server, it cannot be saved. */
const inTheWay = ({ folder }: OwnRedis) => join(folder, 'dump.rdb');

async function saveInBackground(redis: OwnRedis, result: RegExp): Promise<void> {
  await redis.command('BGSAVE');
  while (!result.test(String(await redis.command('INFO', 'persistence')))) await sleep(10);
}

/** So that it has to log in again. */
async function cutConnections(redis: OwnRedis): Promise<void> {
  for (const type of ['normal', 'pubsub'])
    await redis.command('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
}

const stateOfCluster = async (redis: OwnRedis) => String(await redis.command('CLUSTER', 'INFO'));

async function takeAllSlots(redis: OwnRedis): Promise<void> {
  await redis.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  while (!/state:ok/.test(await stateOfCluster(redis))) await sleep(10);
}

fault({
  name: 'LOADING: Redis was started again, and reads its file',
  options: needsRedis,
  on: onRedis(...SAVED),
  inflict: startLoading,
  end: finishLoading,
  expected: { refresh: /^503 store_(failed|unreachable|timeout)/, log: /Redis is back/ },
});

fault({
  name: 'READONLY: Redis is made a replica',
  options: needsRedis,
  on: onRedis(),
  inflict: ({ redis }) => redis.command('REPLICAOF', '127.0.0.1', '1'),
  end: ({ redis }) => redis.command('REPLICAOF', 'NO', 'ONE'),
  expected: { refresh: /^503 store_failed/, log: /refresh fails/ },
});

fault({
  name: 'OOM: Redis has no memory left, and evicts nothing',
  options: needsRedis,
  on: onRedis(),
  inflict: ({ redis }) => redis.command('CONFIG', 'SET', 'maxmemory', '1mb'),
  end: ({ redis }) => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
  expected: { refresh: /^503 store_failed/, log: /OOM/ },
});

fault({
  name: 'MISCONF: Redis cannot save, and takes no writes',
  options: needsRedis,
  on: onRedis(...SAVED),
  async inflict({ redis }) {
    mkdirSync(join(inTheWay(redis), 'x'), { recursive: true });
    await saveInBackground(redis, /rdb_last_bgsave_status:err/);
  },
  async end({ redis }) {
    rmdirSync(join(inTheWay(redis), 'x'));
    rmdirSync(inTheWay(redis));
    await saveInBackground(redis, /rdb_last_bgsave_status:ok/);
  },
  expected: { refresh: /^503 store_failed/, log: /MISCONF/ },
});

fault({
  name: 'NOAUTH: Redis asks for a password that it did not ask for',
  options: needsRedis,
  on: onRedis(),
  async inflict({ redis }) {
    await redis.command('CONFIG', 'SET', 'requirepass', 'secret');
    await cutConnections(redis);
  },
  end: ({ redis }) => redis.command('CONFIG', 'SET', 'requirepass', ''),
  expected: { refresh: /^503 store_(unsuitable|unreachable)/, log: /wrong or missing user name or password/ },
});

fault({
  name: 'NOPERM: the user of the service may no longer run scripts',
  options: needsRedis,
  on: onRedis(),
  inflict: ({ redis }) => redis.command('ACL', 'SETUSER', 'default', '-@scripting'),
  end: ({ redis }) => redis.command('ACL', 'SETUSER', 'default', '+@all'),
  expected: { refresh: /^503 store_failed/, log: /NOPERM|no permissions/ },
});

fault({
  name: 'CLUSTERDOWN: the node of a cluster has lost its slots',
  options: needsRedis,
  async on(t) {
    const port = String(await freePort());
    const settings = ['--cluster-enabled', 'yes', '--cluster-port', port, '--cluster-node-timeout', '500'];
    const stage = await onRedis(...settings)(t);
    await takeAllSlots(stage.redis);
    // One slot for both series.
    return { ...stage, env: { ...stage.env, KEY_PREFIX: '{is-bitcoin-lit}' } };
  },
  inflict: ({ redis }) => redis.command('CLUSTER', 'DELSLOTSRANGE', '0', '16383'),
  end: ({ redis }) => takeAllSlots(redis),
  expected: { refresh: /^503 store_failed/, log: /CLUSTERDOWN/ },
});
