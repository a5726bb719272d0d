import type { SourcesAnswer } from '../../src/domain/sources-answer.ts';
import { get } from './get.ts';

export type { SourcesAnswer };

/** Rejects as {@link get}, and where something before the service answers in its place. */
export async function fetchSources(): Promise<SourcesAnswer> {
  const answer = await get<SourcesAnswer>('/sources');
  const { price, sentiment } = answer;
  const lists: unknown[] = [price, sentiment?.feeds, sentiment?.headlines];
  if (!lists.every(Array.isArray)) throw new Error('these are no sources');
  return answer;
}
