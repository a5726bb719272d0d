import type { HorizonName } from '../domain/past/track-record-answer.ts';
import { type HorizonRecord, LEAST_SPELLS } from './track-record.ts';

const LENGTHS: Readonly<Record<HorizonName, string>> = {
  '1h': '1 hour',
  '4h': '4 hours',
  '24h': '24 hours',
  '7d': '7 days',
};

const points = (share: number): string => (100 * share).toFixed(1);

function inBrackets({ difference }: HorizonRecord): string {
  if (!difference) return '';
  const { value, joint } = difference;
  return ` (${points(value)} points, interval ${points(joint.low)} to ${points(joint.high)})`;
}

export interface NamedRecord {
  readonly name: HorizonName;
  readonly record: HorizonRecord;
}

function tooFew({ independentSpells: { lit, notLit } }: HorizonRecord): string {
  return `too few to say (${Math.min(lit, notLit)} independent spells of ${LEAST_SPELLS})`;
}

/** What is found at a horizon. */
export function sentenceOf({ name, record }: NamedRecord): string {
  const after = `${LENGTHS[name]} after lit hours,`;
  if (record.finding === 'too_few') return `${LENGTHS[name]} after lit hours: ${tooFew(record)}.`;
  if (record.finding === 'no_different') {
    return `${after} the price was no different from any other hour${inBrackets(record)}.`;
  }
  const word = record.finding === 'more_often' ? 'more' : 'less';
  return `${after} the price was higher ${word} often than after other hours${inBrackets(record)}.`;
}

/** What is found at all horizons together. */
export function conclusionOf(records: readonly NamedRecord[], isSimulated: boolean): string {
  const simulated = isSimulated ? ' These are simulated data, and say nothing about Bitcoin.' : '';
  const having = (finding: HorizonRecord['finding']) =>
    records.filter(({ record }) => record.finding === finding);
  const listOf = (some: readonly NamedRecord[]) =>
    some.map(({ name, record }) => `${LENGTHS[name]} later${inBrackets(record)}`).join(', ');
  const few = having('too_few');
  if (few.length === records.length) {
    const most = Math.max(
      0,
      ...few.map(
        ({
          record: {
            independentSpells: { lit, notLit },
          },
        }) => Math.min(lit, notLit),
      ),
    );
    return `Too few to say: ${most} independent lit spells at most, and at least ${LEAST_SPELLS} are needed.${simulated}`;
  }
  const parts: string[] = [];
  for (const [finding, word] of [
    ['more_often', 'more'],
    ['less_often', 'less'],
  ] as const) {
    const found = having(finding);
    if (found.length > 0) {
      parts.push(
        `After lit hours, the price was higher ${word} often than after other hours: ${listOf(found)}.`,
      );
    }
  }
  if (parts.length === 0) parts.push('Lit hours were no different from any other hour.');
  if (few.length > 0) {
    parts.push(`Too few to say for ${few.map(({ name }) => LENGTHS[name]).join(' and ')}.`);
  }
  return parts.join(' ') + simulated;
}
