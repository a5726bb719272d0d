import { type Config, liveSettingsOf, proxiesOf } from '../config/config.ts';
import { ignoreRejection, StoppingError } from '../domain/errors.ts';
import { createOutbound } from '../outbound/client.ts';
import type { Observe } from '../service/observer.ts';
import { createReadiness } from '../service/readiness.ts';
import { createRefresh } from '../service/refresh.ts';
import { createSummaries } from '../service/summary.ts';
import { openSource } from '../sources/open.ts';
import type { Access } from '../stores/definition.ts';
import { storeOf } from './open-store.ts';

export interface AssembleOptions {
  readonly config: Config;
  /** By default, events go nowhere. */
  readonly observe?: Observe;
  readonly clock?: () => number;
}

/** Connects the store, the source and the service. `undefined` if there is no store and `access` may not create one. */
export async function assembleService(options: AssembleOptions, access: Access, stack: AsyncDisposableStack) {
  const { config, clock = Date.now } = options;
  const observers: Observe[] = [];
  if (options.observe) observers.push(options.observe);
  const observe: Observe = (event) => {
    for (const observer of observers) observer(event);
  };

  let renewSummary = (): void => undefined;
  const opened = await storeOf(config).open(access, {
    onChange(error) {
      observe(error ? { type: 'store_away', error } : { type: 'store_back' });
      // Messages about changes may have been missed in the meantime.
      if (!error) renewSummary();
    },
    onUpdate() {
      observe({ type: 'changed_elsewhere' });
      renewSummary();
    },
    onLost: (error) => observe({ type: 'store_lost', error }),
    onWarning: (text) => observe({ type: 'warning', text }),
  });
  if (!opened) return undefined;
  const store = stack.use(opened.store);
  const { cache, coordinator } = opened;

  const outbound = stack.use(
    createOutbound({
      proxies: proxiesOf(config),
      observe(event) {
        if (event.type !== 'failed') return;
        observe({ type: 'outbound_failed', host: event.host, error: event.error });
      },
    }),
  );
  const source = stack.use(
    await openSource({
      name: config.SOURCE,
      senticryptUrl: config.SENTICRYPT_URL,
      live: liveSettingsOf(config),
      stateStore: opened.stateStore,
      outbound,
      onInvalidState: (kind) => observe({ type: 'invalid_data', kind }),
    }),
  );
  const summaries = stack.use(
    createSummaries({
      store,
      cache: access === 'read' ? undefined : cache,
      coordinator,
      source: source.name,
      clock,
      timeToLiveMs: config.CACHE_TTL,
      staleAfterMs: config.STALE_AFTER,
      observe,
    }),
  );
  // Errors go to the observer; readers keep getting the last good answer.
  renewSummary = () => void summaries.renew().catch(ignoreRejection);
  const readiness = createReadiness({ store, summaries, clock });
  observers.push(readiness.observe);

  const stopping = new AbortController();
  const { signal } = stopping;
  const abort = () => stopping.abort(new StoppingError());
  const refresh = createRefresh({ source, store, coordinator, summaries, clock, observe, signal });
  const background: Promise<void>[] = [];
  // Waits for work in progress before its resources are closed.
  stack.defer(async () => {
    abort();
    if (refresh.isRunning()) await refresh.run().catch(ignoreRejection);
    await Promise.all(background);
  });
  return {
    store,
    coordinator,
    source,
    summaries,
    readiness,
    refresh,
    clock,
    observers,
    observe,
    signal,
    /** Ends work in progress early. */
    abort,
    background,
  };
}
