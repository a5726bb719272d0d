import type { Answer } from '../../src/domain/answer.ts';
import type { SourcesAnswer } from '../../src/domain/sources/answer.ts';
import { request } from './get.ts';

export type { SourcesAnswer };

/** The response of `GET /sources`, and the kind of source. */
export type KnownSources = SourcesAnswer & { readonly source: Answer['source'] | undefined };

const KINDS: readonly Answer['source'][] = ['live', 'senticrypt', 'simulated'];

const isRecord = (one: unknown): boolean => typeof one === 'object' && one !== null;
const isTime = (text: unknown): boolean => typeof text === 'string' && !Number.isNaN(Date.parse(text));

/** Rejects as {@link request}, and if a proxy responds in the service's place. */
export async function fetchSources(): Promise<KnownSources> {
  const response = await request('/sources');
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
