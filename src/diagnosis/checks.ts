import { placeOf } from '../bootstrap/open-store.ts';
import { type InspectedConfig, inspectConfig, liveSettingsOf } from '../config/config.ts';
import { roomForConnections } from '../config/connection-limit.ts';
import { messagesOf } from '../domain/errors.ts';
import { openPlaces } from '../sources/upstreams.ts';
import { filePath, prefixOf } from '../stores/open.ts';
import { type CheckResult, fatal, ok } from './check-result.ts';
import { checkClock } from './clock.ts';
import { checkFileStore } from './file-store.ts';
import { checkSettings, unchecked } from './settings.ts';
import { checkSources } from './sources.ts';

/** In the order in which they are shown. */
export const HEADINGS = ['settings', 'store', 'sources', 'answer', 'clock'] as const;
export type Heading = (typeof HEADINGS)[number];

/** Receives all results under a heading, once. */
export type Report = (heading: Heading, results: readonly CheckResult[]) => void;

async function checkStore(inspected: InspectedConfig, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const skipped = unchecked('store', ['REDIS_URL', 'DATA_DIR', 'KEY_PREFIX', 'SOURCE'], inspected);
  if (skipped) return [skipped];
  const place = placeOf(inspected.config);
  if (!place.redisAddress) return checkFileStore(filePath(place));
  const { checkRedisStore } = await import('./redis-store.ts');
  return await checkRedisStore(place.redisAddress, prefixOf(place), signal);
}

async function checkOutside(inspected: InspectedConfig, signal: AbortSignal, report: Report): Promise<void> {
  const { config } = inspected;
  const skipped = unchecked('source', ['SOURCE'], inspected);
  if (skipped || config.SOURCE === 'simulated') {
    report('sources', [skipped ?? ok('simulated', 'made up by the service itself: no network is needed')]);
    if (!skipped) report('answer', [ok('simulated', 'price and sentiment are always there')]);
    report('clock', [ok('clock', 'not compared: no host is asked')]);
    return;
  }
  await using places = await openPlaces({
    name: config.SOURCE,
    senticryptUrl: config.SENTICRYPT_URL,
    staleAfter: config.STALE_AFTER,
    live: liveSettingsOf(config),
  });
  const { results, outcomes, clocksAheadMs } = await checkSources(inspected, places, signal);
  report('sources', results);
  report('answer', outcomes);
  report('clock', [checkClock(clocksAheadMs)]);
}

/** A fault of ours in a check is told as well: the other checks go on. */
async function guarded(heading: Heading, report: Report, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    report(heading, [fatal(heading, `the check itself failed: ${messagesOf(error)}`)]);
  }
}

/** Makes all checks of the settings in the environment, those that take long side by side. */
export async function runAllChecks(report: Report, signal: AbortSignal): Promise<void> {
  const inspected = inspectConfig();
  report('settings', checkSettings(inspected, roomForConnections()));
  await Promise.all([
    guarded('store', report, async () => report('store', await checkStore(inspected, signal))),
    guarded('sources', report, () => checkOutside(inspected, signal, report)),
  ]);
}
