import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLive } from '../support/clients/event-stream.ts';
import { startTestService } from '../support/processes/service.ts';

test('an idle stream sends a comment every 15 s', async (t) => {
  const service = await startTestService(t, { SOURCE: 'simulated' });
  const reader = await readLive(t, service.address);
  await reader.until(/"the store holds no samples".*\n\n$/);
  await sleep(15_000);
  await reader.until(/}\n\n:\n$/);
  assert.doesNotMatch(reader.text(), /event: summary/);
});
