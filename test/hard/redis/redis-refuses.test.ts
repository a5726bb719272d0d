import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../scripts/redis/start.ts';
import { testStoreFault } from '../../support/faults/store-fault.ts';
import { onRedis } from '../../support/faults/stores.ts';
import type { DedicatedRedis } from '../../support/stores/dedicated-redis.ts';
import { needsRedis } from '../../support/stores/redis.ts';

const PERSISTENCE = ['--save', '3600 1', '--rdbcompression', 'no'];

/** Restarts Redis so that it loads its file slowly, key by key, and replies to commands in between. */
async function startLoading({ redis }: { redis: DedicatedRedis }): Promise<void> {
  await redis.command('EVAL', "for i = 1, 300 do redis.call('SET', i, ('x'):rep(2000)) end", '0');
  // A refresh after the save would be lost, and answers would go back in time.
  await redis.command('CLIENT', 'PAUSE', '60000', 'WRITE');
  await redis.command('SAVE');
  await redis.kill();
  await redis.start(
    ...PERSISTENCE,
    '--key-load-delay',
    '60000',
    '--loading-process-events-interval-bytes',
    '1024',
  );
  await assert.rejects(redis.command('PING'), /LOADING/);
}

async function finishLoading({ redis }: { redis: DedicatedRedis }): Promise<void> {
  await assert.rejects(redis.command('PING'), /LOADING/, 'Redis was loading until now');
  await redis.command('CONFIG', 'SET', 'key-load-delay', '0');
}

/** A folder at this path makes saving fail, whoever runs the server. */
const dumpPath = ({ folder }: DedicatedRedis) => join(folder, 'dump.rdb');

async function saveInBackground(redis: DedicatedRedis, result: RegExp): Promise<void> {
  await redis.command('BGSAVE');
  while (!result.test(String(await redis.command('INFO', 'persistence')))) await sleep(10);
}

/** Makes the service authenticate again. */
async function cutConnections(redis: DedicatedRedis): Promise<void> {
  for (const type of ['normal', 'pubsub'])
    await redis.command('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
}

const stateOfCluster = async (redis: DedicatedRedis) => String(await redis.command('CLUSTER', 'INFO'));

async function takeAllSlots(redis: DedicatedRedis): Promise<void> {
  await redis.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  while (!/state:ok/.test(await stateOfCluster(redis))) await sleep(10);
}

testStoreFault({
  name: 'LOADING: Redis was started again, and reads its file',
  options: needsRedis,
  setUp: onRedis(...PERSISTENCE),
  inflict: startLoading,
  remove: finishLoading,
  expected: { refresh: /^503 store_(failed|unreachable|timeout)/, log: /Redis is back/ },
});

testStoreFault({
  name: 'READONLY: Redis is made a replica',
  options: needsRedis,
  setUp: onRedis(),
  inflict: ({ redis }) => redis.command('REPLICAOF', '127.0.0.1', '1'),
  remove: ({ redis }) => redis.command('REPLICAOF', 'NO', 'ONE'),
  expected: { refresh: /^503 store_failed/, log: /refresh fails/ },
});

testStoreFault({
  name: 'OOM: Redis has no memory left, and evicts nothing',
  options: needsRedis,
  setUp: onRedis(),
  inflict: ({ redis }) => redis.command('CONFIG', 'SET', 'maxmemory', '1mb'),
  remove: ({ redis }) => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
  expected: { refresh: /^503 store_failed/, log: /OOM/ },
});

testStoreFault({
  name: 'MISCONF: Redis cannot save, and takes no writes',
  options: needsRedis,
  setUp: onRedis(...PERSISTENCE),
  async inflict({ redis }) {
    mkdirSync(join(dumpPath(redis), 'x'), { recursive: true });
    await saveInBackground(redis, /rdb_last_bgsave_status:err/);
  },
  async remove({ redis }) {
    rmdirSync(join(dumpPath(redis), 'x'));
    rmdirSync(dumpPath(redis));
    await saveInBackground(redis, /rdb_last_bgsave_status:ok/);
  },
  expected: { refresh: /^503 store_failed/, log: /MISCONF/ },
});

testStoreFault({
  name: 'NOAUTH: Redis asks for a password that it did not ask for',
  options: needsRedis,
  setUp: onRedis(),
  async inflict({ redis }) {
    await redis.command('CONFIG', 'SET', 'requirepass', 'secret');
    await cutConnections(redis);
  },
  remove: ({ redis }) => redis.command('CONFIG', 'SET', 'requirepass', ''),
  expected: { refresh: /^503 store_(unsuitable|unreachable)/, log: /wrong or missing user name or password/ },
});

testStoreFault({
  name: 'NOPERM: the user of the service may no longer run scripts',
  options: needsRedis,
  setUp: onRedis(),
  inflict: ({ redis }) => redis.command('ACL', 'SETUSER', 'default', '-@scripting'),
  remove: ({ redis }) => redis.command('ACL', 'SETUSER', 'default', '+@all'),
  expected: { refresh: /^503 store_failed/, log: /NOPERM|no permissions/ },
});

testStoreFault({
  name: 'CLUSTERDOWN: the node of a cluster has lost its slots',
  options: needsRedis,
  async setUp(t) {
    const port = String(await freePort());
    const settings = ['--cluster-enabled', 'yes', '--cluster-port', port, '--cluster-node-timeout', '500'];
    const stage = await onRedis(...settings)(t);
    await takeAllSlots(stage.redis);
    // The hash tag puts both series into one slot.
    return { ...stage, env: { ...stage.env, KEY_PREFIX: '{is-bitcoin-lit}' } };
  },
  inflict: ({ redis }) => redis.command('CLUSTER', 'DELSLOTSRANGE', '0', '16383'),
  remove: ({ redis }) => takeAllSlots(redis),
  expected: { refresh: /^503 store_failed/, log: /CLUSTERDOWN/ },
});
