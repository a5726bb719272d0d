import { HORIZONS } from '../domain/past/track-record-answer.ts';
import { type HorizonRecord, MIN_INDEPENDENT_HOURS } from './track-record.ts';

const NO_VARIATION = 'because the difference does not vary from block to block';

const points = (share: number): string => (100 * share).toFixed(1);

/** The interval is the one that holds for all horizons together. */
function inBrackets({ difference }: HorizonRecord): string {
  if (!difference) return '';
  const { value, joint } = difference;
  return ` (${points(value)} points, interval ${points(joint.low)} to ${points(joint.high)})`;
}

const lengthOf = ({ horizon }: HorizonRecord): string => HORIZONS[horizon].length;

const lengthsOf = (records: readonly HorizonRecord[]): string =>
  new Intl.ListFormat('en-GB').format(records.map(lengthOf));

/** What is missing, of the scarcer of the two kinds of hours. */
function tooFew(record: HorizonRecord): string {
  if (record.difference) return `not enough data to tell: the interval is too wide${inBrackets(record)}`;
  const { lit, notLit } = record.independentHours;
  const hours = lit <= notLit ? `${lit} independent lit hours` : `${notLit} independent hours not lit`;
  return `not enough data to tell: ${hours}; at least ${MIN_INDEPENDENT_HOURS} are needed`;
}

/** What is found at a horizon. */
export function sentenceOf(record: HorizonRecord): string {
  const after = `${lengthOf(record)} after lit hours`;
  switch (record.finding) {
    case 'too_few':
      return `${after}, there is ${tooFew(record)}.`;
    case 'no_variation':
      return `${after}, no interval can be computed, ${NO_VARIATION}.`;
    case 'no_different':
      return `${after}, no difference was found in how often the price was higher${inBrackets(record)}.`;
    case 'more_often':
      return `${after}, the price was higher more often than after other hours${inBrackets(record)}.`;
    case 'less_often':
      return `${after}, the price was higher less often than after other hours${inBrackets(record)}.`;
  }
}

/** What is found at all horizons together. */
export function conclusionOf(records: readonly HorizonRecord[], isSimulated: boolean): string {
  const having = (finding: HorizonRecord['finding']) => records.filter((one) => one.finding === finding);
  const parts: string[] = [];
  for (const [finding, word] of [
    ['more_often', 'more'],
    ['less_often', 'less'],
  ] as const) {
    const list = having(finding).map((record) => `${lengthOf(record)} later${inBrackets(record)}`);
    if (list.length > 0) {
      parts.push(
        `After lit hours, the price was higher ${word} often than after other hours: ${list.join('; ')}. ` +
          'The intervals hold for all four horizons together with 95 % confidence.',
      );
    }
  }
  if (parts.length === 0 && having('no_different').length > 0) {
    parts.push('After lit hours, no difference was found in how often the price was higher.');
  }
  const few = having('too_few');
  const [shortest] = few;
  if (shortest && few.length === records.length) {
    parts.push(`${tooFew(shortest).replace(/^n/, 'N')}.`);
  } else if (few.length > 0) {
    parts.push(`Not enough data to tell for ${lengthsOf(few)}.`);
  }
  const same = having('no_variation');
  if (same.length > 0) parts.push(`No interval can be computed for ${lengthsOf(same)}, ${NO_VARIATION}.`);
  if (isSimulated) parts.push('This is simulated data and says nothing about Bitcoin.');
  return parts.join(' ');
}
