import type { Static } from 'typebox';
import type { SpellsSchema, VerdictCountsSchema, VerdictsSchema } from '../../src/domain/past/verdict.ts';
import type { WidthName } from '../../src/domain/time/bucket-width.ts';
import { now } from './clock.ts';
import { get } from './get.ts';

type Verdicts = Static<typeof VerdictsSchema>;
type Counts = Static<typeof VerdictCountsSchema>;
type Spell = Static<typeof SpellsSchema>['spells'][number];

const HOUR = 3_600_000;

/** Covers the first chart, and nearly always has a lit spell. */
const RECENT_DAYS = 2;
const LONGER_DAYS = 90;

const write = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

async function fetchSpells(days: number): Promise<readonly Spell[]> {
  return (await get<{ spells: Spell[] }>(`/verdicts?from=-${days}d&spells=true`)).spells;
}

/** The spells of the last days, which the answer and the chart share: one request in each hour. */
let recent: { readonly hour: number; readonly spells: Promise<readonly Spell[]> } | undefined;

async function recentSpells(): Promise<readonly Spell[]> {
  const hour = Math.floor(now() / HOUR);
  if (recent?.hour !== hour) recent = { hour, spells: fetchSpells(RECENT_DAYS) };
  const asked = recent;
  try {
    return await asked.spells;
  } catch (error) {
    if (recent === asked) recent = undefined;
    throw error;
  }
}

function sharesOf(spells: readonly Spell[]): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const { from, to, verdict } of spells) {
    for (let hour = Date.parse(from); hour < Date.parse(to); hour += HOUR) {
      shares.set(hour, verdict === 'lit' ? 1 : 0);
    }
  }
  return shares;
}

/** The share of hours that were lit, by the start of their bucket in epoch milliseconds. */
export async function fetchLitShares(
  { from, to, bucket }: { from: number; to: number; bucket: WidthName },
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  if (bucket === '1h' && from >= now() - (RECENT_DAYS * 24 - 1) * HOUR) return sharesOf(await recentSpells());
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

/** The last lit spell of ended hours in the last 90 days; `undefined` if there is none. */
export async function fetchLastLitSpell(): Promise<LitSpell | undefined> {
  const isLit = ({ verdict }: Spell): boolean => verdict === 'lit';
  const last = (await recentSpells()).findLast(isLit) ?? (await fetchSpells(LONGER_DAYS)).findLast(isLit);
  return last && { from: Date.parse(last.from), to: Date.parse(last.to) };
}
