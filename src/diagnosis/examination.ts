import { placeOf } from '../bootstrap/open-store.ts';
import { type InspectedConfig, inspectConfig, liveSettingsOf } from '../config/config.ts';
import { roomForConnections } from '../config/connection-limit.ts';
import { messagesOf } from '../domain/errors.ts';
import { openPlaces } from '../sources/upstreams.ts';
import { filePath, prefixOf } from '../stores/open.ts';
import { checkClock } from './clock.ts';
import { checkFileStore } from './file-store.ts';
import { type Finding, fatal, ok } from './finding.ts';
import { checkSettings, unchecked } from './settings.ts';
import { checkSources } from './sources.ts';

/** In the order in which they are shown. */
export const HEADINGS = ['settings', 'store', 'sources', 'answer', 'clock'] as const;
export type Heading = (typeof HEADINGS)[number];

/** Told of all findings under a heading, once. */
export type Tell = (heading: Heading, findings: readonly Finding[]) => void;

async function checkStore(inspected: InspectedConfig, signal: AbortSignal): Promise<readonly Finding[]> {
  const skipped = unchecked('store', ['REDIS_URL', 'DATA_DIR', 'KEY_PREFIX', 'SOURCE'], inspected);
  if (skipped) return [skipped];
  const place = placeOf(inspected.config);
  if (!place.redisAddress) return checkFileStore(filePath(place));
  const { checkRedisStore } = await import('./redis-store.ts');
  return await checkRedisStore(place.redisAddress, prefixOf(place), signal);
}

async function checkOutside(inspected: InspectedConfig, signal: AbortSignal, tell: Tell): Promise<void> {
  const { config } = inspected;
  const skipped = unchecked('source', ['SOURCE'], inspected);
  if (skipped || config.SOURCE === 'simulated') {
    tell('sources', [skipped ?? ok('simulated', 'made up by the service itself: no network is needed')]);
    if (!skipped) tell('answer', [ok('simulated', 'price and sentiment are always there')]);
    tell('clock', [ok('clock', 'not compared: no host is asked')]);
    return;
  }
  await using places = await openPlaces({
    name: config.SOURCE,
    senticryptUrl: config.SENTICRYPT_URL,
    staleAfter: config.STALE_AFTER,
    live: liveSettingsOf(config),
  });
  const { findings, outcomes, clocksAheadMs } = await checkSources(inspected, places, signal);
  tell('sources', findings);
  tell('answer', outcomes);
  tell('clock', [checkClock(clocksAheadMs)]);
}

/** A fault of ours in a check is told as well: the other checks go on. */
async function guarded(heading: Heading, tell: Tell, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    tell(heading, [fatal(heading, `the check itself failed: ${messagesOf(error)}`)]);
  }
}

/** Makes all checks of the settings in the environment, those that take long side by side. */
export async function examine(tell: Tell, signal: AbortSignal): Promise<void> {
  const inspected = inspectConfig();
  tell('settings', checkSettings(inspected, roomForConnections()));
  await Promise.all([
    guarded('store', tell, async () => tell('store', await checkStore(inspected, signal))),
    guarded('sources', tell, () => checkOutside(inspected, signal, tell)),
  ]);
}
