import type { Static } from 'typebox';
import type { SpellsSchema, VerdictCountsSchema, VerdictsSchema } from '../../src/domain/past/verdict.ts';
import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import { get } from './get.ts';

type Verdicts = Static<typeof VerdictsSchema>;
type Counts = Static<typeof VerdictCountsSchema>;
type Spells = Static<typeof SpellsSchema>;

const write = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** The share of hours that were lit, by the start of their bucket in epoch milliseconds. */
export async function fetchLitShares(
  { from, to, bucket }: { from: number; to: number; bucket: WidthName },
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const path = `/verdicts?from=${write(from)}&to=${write(to)}&bucket=${bucket}`;
  const body = await get<Verdicts | Counts>(path, signal);
  if ('counts' in body) {
    return new Map(
      body.counts.map(({ time, lit, not_lit: notLit, unknown }) => [
        Date.parse(time),
        lit / (lit + notLit + unknown),
      ]),
    );
  }
  return new Map(body.verdicts.map(({ time, verdict }) => [Date.parse(time), verdict === 'lit' ? 1 : 0]));
}

export interface LitSpell {
  readonly from: number;
  readonly to: number;
}

/** How far back to look: first a week, which nearly always has one, and costs little. */
const LOOKS_BACK = ['-7d', '-90d'];

/** The last lit spell of ended hours in the last 90 days; `undefined` if there is none. */
export async function fetchLastLitSpell(signal: AbortSignal): Promise<LitSpell | undefined> {
  for (const from of LOOKS_BACK) {
    const { spells } = await get<Spells>(`/verdicts?from=${from}&spells=true`, signal);
    const last = spells.findLast(({ verdict }) => verdict === 'lit');
    if (last) return { from: Date.parse(last.from), to: Date.parse(last.to) };
  }
  return undefined;
}
