import Type from 'typebox';
import { publicReason } from '../domain/errors.ts';
import { newestTime, type Sample } from '../domain/sample.ts';
import type { PlaceReport, SourcesReport } from '../domain/sources-report.ts';
import { createRemembered, type OnUnfit, placeAt, timeAt } from '../stores/saved-state.ts';
import type { StateStore } from '../stores/state-store.ts';
import type { OpenedSource, Source } from './source.ts';

/** What is remembered of a source that is one place. Times in epoch milliseconds. */
interface Standing extends PlaceReport {
  readonly latency: number;
  readonly newest: {
    readonly price?: Required<Pick<Sample, 'time' | 'price'>>;
    readonly sentiment?: Required<Pick<Sample, 'time' | 'sentiment'>>;
  };
}

const standingAt = (now: number) =>
  Type.Object({
    name: Type.String(),
    ...placeAt(now),
    state: Type.Enum(['ok', 'failing']),
    latency: Type.Number({ minimum: 0, maximum: 86_400_000 }),
    newest: Type.Object({
      price: Type.Optional(Type.Object({ time: timeAt(now), price: Type.Number({ exclusiveMinimum: 0 }) })),
      sentiment: Type.Optional(
        Type.Object({ time: timeAt(now), sentiment: Type.Number({ minimum: -1, maximum: 1 }) }),
      ),
    }),
  });

function newestOf(samples: readonly Sample[], before: Standing | undefined): Standing['newest'] {
  let { price, sentiment } = before?.newest ?? {};
  for (const sample of samples) {
    const { time } = sample;
    if (sample.price !== undefined && time >= (price?.time ?? 0)) price = { time, price: sample.price };
    if (sample.sentiment !== undefined && time >= (sentiment?.time ?? 0))
      sentiment = { time, sentiment: sample.sentiment };
  }
  return { ...(price && { price }), ...(sentiment && { sentiment }) };
}

/** A source that is one place, with what is remembered of asking it. */
export function withStanding(source: Source, stateStore: StateStore, onUnfit: OnUnfit): OpenedSource {
  const { name } = source;
  const remembered = createRemembered<Standing>({
    stateStore,
    name: `standing:${name}`,
    kind: 'state of the source',
    schemaAt: standingAt,
    onUnfit,
    isConsistent: (standing) => standing.name === name,
  });
  let writing: Promise<unknown> = Promise.resolve();

  /** Nobody waits for it: what cannot be remembered is not known, and no more. */
  function remember(
    now: number,
    latency: number,
    outcome: { samples?: readonly Sample[]; error?: unknown },
  ): void {
    async function write(): Promise<void> {
      const before = await remembered.read(now);
      const state = outcome.error === undefined ? 'ok' : 'failing';
      const lastSuccess = state === 'ok' ? now : before?.lastSuccess;
      const after: Standing = {
        name,
        state,
        since: before?.state === state && before.since !== undefined ? before.since : now,
        ...(outcome.error !== undefined && { reason: publicReason(outcome.error) }),
        ...(lastSuccess !== undefined && { lastSuccess }),
        latency: Math.round(latency),
        newest: newestOf(outcome.samples ?? [], before),
      };
      await remembered.write(after);
    }
    writing = writing.then(write).catch(() => 'not remembered');
  }

  return {
    name,
    async pull(request) {
      const began = performance.now();
      try {
        const pull = await source.pull(request);
        remember(request.now, performance.now() - began, { samples: pull.samples });
        return pull;
      } catch (error) {
        if (!request.signal.aborted) remember(request.now, performance.now() - began, { error });
        throw error;
      }
    },
    lag: async () => 0,
    async report(now): Promise<SourcesReport> {
      const known = await remembered.read(now);
      const { newest, latency, ...place } = known ?? {
        name,
        state: 'resting' as const,
        reason: 'was not asked yet',
        newest: undefined,
        latency: undefined,
      };
      const { price, sentiment } = newest ?? {};
      return {
        price: [
          {
            ...place,
            ...(latency !== undefined && { latency }),
            ...(price && { price: price.price }),
            used: place.state === 'ok' && price !== undefined,
          },
        ],
        sentiment: {
          ...(sentiment && {
            value: sentiment.sentiment,
            newest: newestTime({ sentiment: sentiment.time }) ?? 0,
          }),
          feeds: [place],
          headlines: [],
        },
      };
    },
    figures: async () => () => undefined,
    async [Symbol.asyncDispose]() {
      await writing;
    },
  };
}
