import type { Answer } from '../../src/domain/answer.ts';
import type { SourcesAnswer } from '../../src/domain/sources-answer.ts';
import { ask } from './get.ts';

export type { SourcesAnswer };

/** The sources' answer, and which kind of source it is of. */
export type KnownSources = SourcesAnswer & { readonly source: Answer['source'] | undefined };

const KINDS: readonly Answer['source'][] = ['live', 'senticrypt', 'simulated'];

const isRecord = (one: unknown): boolean => typeof one === 'object' && one !== null;
const isTime = (text: unknown): boolean => typeof text === 'string' && !Number.isNaN(Date.parse(text));

/** Rejects as {@link ask}, and where something before the service answers in its place. */
export async function fetchSources(): Promise<KnownSources> {
  const response = await ask('/sources');
  const answer = (await response.json()) as SourcesAnswer;
  const { price, sentiment } = answer;
  const lists: unknown[] = [price, sentiment?.feeds, sentiment?.headlines];
  if (!lists.every(Array.isArray) || !lists.flat().every(isRecord)) throw new Error('these are no sources');
  const places = [...price, ...sentiment.feeds];
  if (!places.every(({ since }) => since === null || isTime(since))) throw new Error('these are no places');
  if (!sentiment.headlines.every(({ published, because }) => isTime(published) && Array.isArray(because)))
    throw new Error('these are no headlines');
  const kind = response.headers.get('data-source');
  return { ...answer, source: KINDS.find((one) => one === kind) };
}
