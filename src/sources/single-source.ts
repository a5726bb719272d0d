import { setImmediate } from 'node:timers/promises';
import Type from 'typebox';
import type { SourceName } from '../domain/answer.ts';
import { ignoreRejection, publicReason } from '../domain/errors.ts';
import type { Sample } from '../domain/sample.ts';
import type { SourcesReport } from '../domain/sources/report.ts';
import { createSavedState, type OnInvalidState, timeAt } from '../stores/saved-state.ts';
import type { StateStore } from '../stores/state-store.ts';
import {
  NOT_REQUESTED,
  nextStatus,
  statusAt,
  statusOf,
  type UpstreamStatus,
} from '../stores/upstream-status.ts';
import type { Pull, PullRequest, Source } from './source.ts';

/** The only upstream of a source, whose samples arrive all at once. */
export interface SingleUpstream {
  readonly name: SourceName;
  /** @throws SourceError; when `signal` ends it, the signal's reason. */
  pull(request: Omit<PullRequest, 'samples' | 'isAwaited'>): Promise<Pull>;
}

/** The saved status of a source with one upstream. Times in epoch milliseconds. */
interface SourceStatus extends UpstreamStatus {
  readonly name: string;
  readonly latency: number;
  readonly newest: {
    readonly price?: Required<Pick<Sample, 'time' | 'price'>>;
    readonly sentiment?: Required<Pick<Sample, 'time' | 'sentiment'>>;
  };
}

const sourceStatusAt = (now: number) =>
  Type.Object({
    name: Type.String(),
    ...statusAt(now),
    state: Type.Enum(['ok', 'failing']),
    latency: Type.Number({ minimum: 0, maximum: 86_400_000 }),
    newest: Type.Object({
      price: Type.Optional(Type.Object({ time: timeAt(now), price: Type.Number({ exclusiveMinimum: 0 }) })),
      sentiment: Type.Optional(
        Type.Object({ time: timeAt(now), sentiment: Type.Number({ minimum: -1, maximum: 1 }) }),
      ),
    }),
  });

function newestOf(samples: readonly Sample[], before: SourceStatus | undefined): SourceStatus['newest'] {
  let { price, sentiment } = before?.newest ?? {};
  for (const sample of samples) {
    const { time } = sample;
    if (sample.price !== undefined && time >= (price?.time ?? 0)) price = { time, price: sample.price };
    if (sample.sentiment !== undefined && time >= (sentiment?.time ?? 0))
      sentiment = { time, sentiment: sample.sentiment };
  }
  return { ...(price && { price }), ...(sentiment && { sentiment }) };
}

/** A source with one upstream, whose status it saves. */
export function openSingleSource(
  upstream: SingleUpstream,
  stateStore: StateStore,
  onInvalidState: OnInvalidState,
): Source {
  const { name } = upstream;
  const saved = createSavedState<SourceStatus>({
    stateStore,
    name: `standing:${name}`,
    kind: 'state of the source',
    schemaAt: sourceStatusAt,
    onInvalidState,
    isConsistent: (status) => status.name === name,
  });
  let writing: Promise<unknown> = Promise.resolve();

  /** Saves the status in the background, after the samples. If that fails, the report shows the status before. */
  function saveStatus(
    now: number,
    latency: number,
    outcome: { samples?: readonly Sample[]; error?: unknown },
  ): void {
    async function write(): Promise<void> {
      await setImmediate();
      const before = await saved.read(now);
      const state = outcome.error === undefined ? 'ok' : 'failing';
      const reason = outcome.error === undefined ? undefined : publicReason(outcome.error);
      const after: SourceStatus = {
        name,
        ...nextStatus(before, { state, reason, now }),
        latency: Math.round(latency),
        newest: newestOf(outcome.samples ?? [], before),
      };
      await saved.write(after);
    }
    writing = writing.then(write).catch(ignoreRejection);
  }

  return {
    name,
    async *pull(request) {
      const began = performance.now();
      let pull: Pull;
      try {
        pull = await upstream.pull(request);
      } catch (error) {
        if (!request.signal.aborted) saveStatus(request.now, performance.now() - began, { error });
        throw error;
      }
      const latency = performance.now() - began;
      try {
        yield pull;
      } finally {
        saveStatus(request.now, latency, { samples: pull.samples });
      }
    },
    tickDelayMs: async () => 0,
    async report(now): Promise<SourcesReport> {
      await writing;
      const known = await saved.read(now);
      const status = { name, ...(known ? statusOf(known) : NOT_REQUESTED) };
      const { price, sentiment } = known?.newest ?? {};
      return {
        price: [
          {
            ...status,
            ...(known && { latency: known.latency }),
            ...(price && { price: price.price }),
            used: status.state === 'ok' && price !== undefined,
          },
        ],
        sentiment: {
          ...(sentiment && { value: sentiment.sentiment, newest: sentiment.time }),
          feeds: [status],
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
