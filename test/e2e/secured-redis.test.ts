import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonPackages } from '../../scripts/redis/python-packages.ts';
import { freePort, launchRedis } from '../../scripts/redis/start.ts';
import { serve } from '../support/processes/process.ts';
import { json } from '../support/processes/service.ts';
import { leastRights } from '../support/stores/least-rights.ts';
import { needsRedis, plainClient } from '../support/stores/redis.ts';
import { certificateFor } from '../support/upstreams/certificate.ts';

test(
  'over TLS, in another database, as a user with only the rights that docs/redis.md lists',
  needsRedis,
  async (t) => {
    const { certificate, key } = certificateFor(t);
    const port = await freePort();
    const keys = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
    const options = ['--tls-port', String(port), '--tls-auth-clients', 'no', ...keys];
    // Not every build of Redis supports TLS.
    await pythonPackages.prepare().catch((error) => t.skip(error.message));
    const redis = await launchRedis(undefined, options, [pythonPackages]);
    t.after(() => redis[Symbol.asyncDispose]());
    const client = await plainClient(t, redis.url);
    await client.sendCommand(leastRights('is-bitcoin-lit:simulated', '+select'));
    await client.sendCommand(['ACL', 'SETUSER', 'lit', 'resetpass', '>pass word/:@%']);
    const user = `lit:${encodeURIComponent('pass word/:@%')}`;
    const env = { REDIS_URL: `rediss://${user}@localhost:${port}/3`, SOURCE: 'simulated' };

    const service = await serve(t, { ...env, NODE_EXTRA_CA_CERTS: certificate });
    const refreshed = await json(fetch(`${service.address}/refresh`, { method: 'POST' }));
    assert.ok(refreshed.added > 2000, JSON.stringify(refreshed));
    assert.equal((await fetch(`${service.address}/is-bitcoin-lit`)).status, 200);
    assert.deepEqual(await json(fetch(`${service.address}/health/ready`)), { status: 'ok', troubles: [] });
    await client.select(3);
    const series = 'is-bitcoin-lit:simulated:price:mean:30s';
    assert.equal((await client.ts.info(series)).totalSamples, refreshed.added);
    assert.ok((await client.ttl('is-bitcoin-lit:simulated:cache')) > 0, 'the cache is written');
    // Optional commands that were denied: the client has no name then, and there is no warning about eviction.
    const denied = (await client.sendCommand(['ACL', 'LOG'])) as unknown as { object: string }[];
    assert.deepEqual(denied.map(({ object }) => object).toSorted(), ['client|setinfo', 'info']);

    const distrustful = await serve(t, env);
    await distrustful.until(/Redis cannot be used/);
    assert.match(distrustful.output(), /self-signed certificate/);
    assert.doesNotMatch(distrustful.output(), /pass(%20| )word/);
    assert.equal((await fetch(`${distrustful.address}/is-bitcoin-lit`)).status, 503);
  },
);
