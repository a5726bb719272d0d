import type { SourcesAnswer } from '../../src/domain/sources-answer.ts';
import { get } from './get.ts';

export type { SourcesAnswer };

const isRecord = (one: unknown): boolean => typeof one === 'object' && one !== null;
const isTime = (text: unknown): boolean => typeof text === 'string' && !Number.isNaN(Date.parse(text));

/** Rejects as {@link get}, and where something before the service answers in its place. */
export async function fetchSources(): Promise<SourcesAnswer> {
  const answer = await get<SourcesAnswer>('/sources');
  const { price, sentiment } = answer;
  const lists: unknown[] = [price, sentiment?.feeds, sentiment?.headlines];
  if (!lists.every(Array.isArray) || !lists.flat().every(isRecord)) throw new Error('these are no sources');
  const places = [...price, ...sentiment.feeds];
  if (!places.every(({ since }) => since === null || isTime(since))) throw new Error('these are no places');
  if (!sentiment.headlines.every(({ published, because }) => isTime(published) && Array.isArray(because)))
    throw new Error('these are no headlines');
  return answer;
}
