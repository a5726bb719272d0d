import type { Sample } from '../../domain/sample.ts';
import { DAY } from '../../domain/time/bucket-width.ts';
import { stepAt } from '../../simulation/market/steps.ts';
import { priceSamples, samplesOf } from '../../simulation/samples.ts';
import type { Pull, PullRequest, Source } from '../source.ts';
import { createHistory } from './history.ts';
import { holdNewSpace } from './new-space.ts';

/** How long history is filled in one pull, at most and as a share of the interval between two. */
const FILL = { mostMs: 20_000, share: 1 / 2 };

const partOf = (samples: readonly Sample[]): Pull => ({ samples, rejections: new Map() });

/** The steps since the newest stored sample, of the last 24 hours at most. A time that lacks one value lacks both. */
function newSteps({ now, newest: { price = 0, sentiment = 0 } }: PullRequest): {
  first: number;
  end: number;
} {
  const since = Math.max(Math.min(price, sentiment), now - DAY);
  return { first: stepAt(since) + 1, end: stepAt(now) + 1 };
}

/**
 * A market that does not exist, for trying the service out offline: prices, headlines, exchanges and feeds. It depends on
 * nothing but the time, so that restarts and several processes agree.
 *
 * A pull yields what is new, and then days of the history that the store lacks, newest first. It does so only while no
 * client waits for it, and for a bounded time.
 */
export function openSimulated({ interval, halfLife }: { interval: number; halfLife: number }): Source {
  const history = createHistory(halfLife);
  let isWarm = false;

  return {
    name: 'simulated',
    async *pull(request) {
      const { signal, isAwaited } = request;
      const began = performance.now();
      const isBusy = !isAwaited() && !(isWarm && history.isComplete(request.now));
      using _held = isBusy ? holdNewSpace() : undefined;
      const { first, end } = newSteps(request);
      // The first answer need not wait for the scorer's word lists.
      if (!isWarm && !isAwaited()) yield partOf(priceSamples(first, end));
      const samples = await samplesOf(first, end, halfLife);
      signal.throwIfAborted();
      yield partOf(samples);
      isWarm = true;
      const fillMs = Math.min(FILL.mostMs, FILL.share * interval);
      const mayGoOn = () => !isAwaited() && performance.now() - began < fillMs;
      for await (const day of history.fill(request, mayGoOn)) yield partOf(day);
    },
    tickDelayMs: async () => 0,
    async report(now) {
      const { reportSources } = await import('./report.ts');
      return reportSources(now, halfLife);
    },
    async figures(now) {
      const [{ headlinesUntil }, { figuresAt }] = await Promise.all([
        import('./report.ts'),
        import('../../news/sentiment-series.ts'),
      ]);
      const headlines = await headlinesUntil(now);
      return (time, sentiment) => figuresAt(headlines, time, { halfLifeMs: halfLife, sentiment });
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
