import type { TestContext } from 'node:test';
import type { Answer } from '../../../src/domain/answer.ts';
import { startCheckedFeed } from '../upstreams/checked-feed.ts';
import { startLiveSources } from '../upstreams/live-sources.ts';

/** The sources of a service under test, and a check of its answers. */
export interface FaultTestSources {
  readonly environment: Readonly<Record<string, string>>;
  /** The service's `STALE_AFTER`. */
  readonly staleAfterMs: number;
  /** How long a refresh adds nothing after one that added samples. */
  readonly tickMs: number;
  /** Describes what is wrong with an answer's numbers; `undefined` if nothing is. */
  findMistake(given: Answer): string | undefined;
}

/** A SentiCrypt feed that checks answers. */
export async function startSenticryptFeed(t: TestContext): Promise<FaultTestSources> {
  const { url, findMistake } = await startCheckedFeed(t);
  return {
    environment: { SOURCE: 'senticrypt', SENTICRYPT_URL: url },
    staleAfterMs: 1000,
    tickMs: 0,
    findMistake: findMistake,
  };
}

/** The range of prices of `startLiveSources`, in US dollars. */
const MIN_PRICE = 59_900;
const MAX_PRICE = 60_100;

function findLiveMistake({ hourly_average_of_averages: hours }: Answer): string | undefined {
  const isRight = ({ price, sentiment }: (typeof hours)[number]) =>
    (price === null || (price >= MIN_PRICE && price <= MAX_PRICE)) &&
    (sentiment === null || (sentiment >= -1 && sentiment <= 1));
  return hours.every(isRight) ? undefined : `${JSON.stringify(hours)} cannot be right`;
}

/** Three exchanges in a calm market, four feeds and the index. The time of a sample is a whole second. */
export async function startFaultTestLiveSources(t: TestContext): Promise<FaultTestSources> {
  const { environment } = await startLiveSources(t);
  return { environment, staleAfterMs: 2500, tickMs: 1000, findMistake: findLiveMistake };
}
