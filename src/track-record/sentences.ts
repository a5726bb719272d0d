import type { HorizonName } from '../domain/past/track-record-answer.ts';
import { type HorizonRecord, LEAST_SPELLS } from './track-record.ts';

const LENGTHS: Readonly<Record<HorizonName, string>> = {
  '1h': '1 hour',
  '4h': '4 hours',
  '24h': '24 hours',
  '7d': '7 days',
};

const points = (share: number): string => (100 * share).toFixed(1);

/** The interval is the one that holds for all horizons together. */
function inBrackets({ difference }: HorizonRecord): string {
  if (!difference) return '';
  const { value, joint } = difference;
  return ` (${points(value)} points, interval ${points(joint.low)} to ${points(joint.high)})`;
}

export interface NamedRecord {
  readonly name: HorizonName;
  readonly record: HorizonRecord;
}

/** The scarcer of the two kinds of hours. */
const scarce = ({ independentSpells: { lit, notLit } }: HorizonRecord): { kind: string; spells: number } =>
  lit <= notLit ? { kind: 'lit', spells: lit } : { kind: 'not lit', spells: notLit };

function tooFew(record: HorizonRecord): string {
  const { kind, spells } = scarce(record);
  if (record.difference) return `too few to say: the interval is too wide${inBrackets(record)}`;
  return `too few to say: ${spells} independent spells ${kind}, and at least ${LEAST_SPELLS} are needed`;
}

/** What is found at a horizon. */
export function sentenceOf({ name, record }: NamedRecord): string {
  const after = `${LENGTHS[name]} after lit hours`;
  switch (record.finding) {
    case 'too_few':
      return `${after}: ${tooFew(record)}.`;
    case 'no_variation':
      return `${after}: nothing to compare, since the price was always higher, or never.`;
    case 'no_different':
      return `${after}, the price was no different from any other hour${inBrackets(record)}.`;
    case 'more_often':
      return `${after}, the price was higher more often than after other hours${inBrackets(record)}.`;
    case 'less_often':
      return `${after}, the price was higher less often than after other hours${inBrackets(record)}.`;
  }
}

/** What is found at all horizons together. */
export function conclusionOf(records: readonly NamedRecord[], isSimulated: boolean): string {
  const having = (finding: HorizonRecord['finding']) =>
    records.filter(({ record }) => record.finding === finding);
  const parts: string[] = [];
  for (const [finding, word] of [
    ['more_often', 'more'],
    ['less_often', 'less'],
  ] as const) {
    const list = having(finding).map(({ name, record }) => `${LENGTHS[name]} later${inBrackets(record)}`);
    if (list.length > 0) {
      parts.push(
        `After lit hours, the price was higher ${word} often than after other hours: ${list.join(', ')}. ` +
          'The intervals hold for all four horizons together with 95 % confidence.',
      );
    }
  }
  if (parts.length === 0 && having('no_different').length > 0) {
    parts.push('Lit hours were no different from any other hour.');
  }
  const few = having('too_few');
  const [shortest] = few;
  if (shortest && few.length === records.length) {
    parts.push(`Too few to say: ${tooFew(shortest.record).replace(/^too few to say: /, '')}.`);
  } else if (few.length > 0) {
    parts.push(`Too few to say for ${few.map(({ name }) => LENGTHS[name]).join(' and ')}.`);
  }
  const same = having('no_variation');
  if (same.length > 0) {
    parts.push(`Nothing to compare for ${same.map(({ name }) => LENGTHS[name]).join(' and ')}.`);
  }
  if (isSimulated) parts.push('These are simulated data, and say nothing about Bitcoin.');
  return parts.join(' ');
}
