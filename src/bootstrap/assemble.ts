import { type Config, liveSettingsOf, proxiesOf } from '../config/config.ts';
import { ignoreRejection, StoppingError } from '../domain/errors.ts';
import { createOutbound } from '../outbound/client.ts';
import type { Observe, ServiceEvent } from '../service/observer.ts';
import { createReadiness } from '../service/readiness.ts';
import { createRefresh } from '../service/refresh.ts';
import { createSummaries } from '../service/summary.ts';
import { openSource } from '../sources/open.ts';
import type { Access } from '../stores/access.ts';
import { openStore } from '../stores/open.ts';
import { placeOf } from './open-store.ts';

export interface AssembleOptions {
  readonly config: Config;
  readonly observe: Observe;
  readonly clock?: () => number;
}

/** What every way of running has: the store, the source, and the service over both. */
export async function assembleService(options: AssembleOptions, access: Access, stack: AsyncDisposableStack) {
  const { config, observe: tell, clock = Date.now } = options;
  const observers: Observe[] = [tell];
  const observe: Observe = (event: ServiceEvent) => {
    for (const one of observers) one(event);
  };

  let update = (): void => undefined;
  const opened = await openStore({
    ...placeOf(config),
    access,
    onChange(error) {
      observe(error ? { type: 'store_away', error } : { type: 'store_back' });
      // Messages about changes may have been missed in the meantime.
      if (!error) update();
    },
    onUpdate() {
      observe({ type: 'changed_elsewhere' });
      update();
    },
    onLost: (error) => observe({ type: 'store_lost', error }),
    onWarning: (text) => observe({ type: 'warning', text }),
  });
  if (!opened) return undefined;
  const store = stack.use(opened.store);
  const { cache, fleet } = opened;

  const source = stack.use(
    await openSource({
      name: config.SOURCE,
      senticryptUrl: config.SENTICRYPT_URL,
      live: liveSettingsOf(config),
      stateStore: opened.stateStore,
      outbound: stack.use(
        createOutbound({
          proxies: proxiesOf(config),
          observe: (event) =>
            event.type === 'failed' &&
            observe({ type: 'outbound_failed', host: event.host, error: event.error }),
        }),
      ),
      onUnfit: (kind) => observe({ type: 'unfit', kind }),
    }),
  );
  const summaries = stack.use(
    createSummaries({
      store,
      cache: access === 'read' ? undefined : cache,
      fleet,
      source: source.name,
      clock,
      timeToLive: config.CACHE_TTL,
      staleAfter: config.STALE_AFTER,
      observe,
    }),
  );
  // Errors go to the observer; readers keep getting the last good answer.
  update = () => void summaries.renew().catch(ignoreRejection);
  const readiness = createReadiness({ store, summaries, clock });
  observers.push(readiness.observe);

  const stopping = new AbortController();
  const { signal } = stopping;
  const refresh = createRefresh({ source, store, fleet, summaries, clock, observe, signal });
  const background: Promise<void>[] = [];
  // What runs is ended first, and over before anything that it uses is closed.
  stack.defer(async () => {
    stopping.abort(new StoppingError());
    if (refresh.isRunning()) await refresh.run().catch(ignoreRejection);
    await Promise.all(background);
  });
  return {
    config,
    store,
    fleet,
    source,
    summaries,
    readiness,
    refresh,
    clock,
    observers,
    observe,
    signal,
    background,
  };
}
