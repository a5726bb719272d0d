import { styleText } from 'node:util';
import type { Answer } from '../../domain/answer.ts';
import { type Direction, direction } from '../../domain/direction.ts';

const ARROWS: Readonly<Record<Direction, string>> = { rising: '↑', falling: '↓', flat: '→', unknown: ' ' };

/** An RFC 3339 time in UTC, down to the minute, for people. */
const minuteOf = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** An answer about the past is in the past tense and says as of when. */
function verdict({ is_lit: isLit, as_of: asOf }: Answer, isPast: boolean): string {
  const asOfMinute = isPast ? ` (as of ${minuteOf(asOf)} UTC)` : '';
  const verb = isPast ? 'was' : 'is';
  if (isLit === null) return `Not enough data to tell whether Bitcoin ${verb} lit${asOfMinute}`;
  return `Bitcoin ${verb} ${isLit ? 'lit' : 'not lit'}${asOfMinute}`;
}

type Hour = Answer['hourly_average_of_averages'][number];
type Format = (value: number) => string;

/** With commas between thousands. To load the locales for `toLocaleString` takes as long as Node.js takes to start. */
const asPrice: Format = (price) => price.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
const asSentiment: Format = (sentiment) => sentiment.toFixed(3);

/** A value, and an arrow that shows how it moved since the previous hour. */
function cell(
  value: number | null,
  before: number | null | undefined,
  format: Format,
  width: number,
): string {
  const arrow = ARROWS[direction([before ?? undefined, value ?? undefined])];
  return `${(value === null ? '-' : format(value)).padStart(width)} ${arrow}`;
}

function row(hour: Hour, before: Hour | undefined): string {
  const cells = [
    `  ${minuteOf(hour.time)}`,
    cell(hour.price, before?.price, asPrice, 12),
    cell(hour.sentiment, before?.sentiment, asSentiment, 9),
    `${hour.price_samples}/${hour.sentiment_samples}`.padStart(9),
    hour.complete ? '' : 'so far',
  ];
  return cells.join('  ').trimEnd();
}

const trend = (name: string, moved: Direction, isPast: boolean): string =>
  `${name} ${isPast ? 'was ' : ''}${moved} ${ARROWS[moved]}`.trimEnd();

/**
 * The answer for people: the verdict, the three hours with arrows, and the age and source of the data.
 *
 * @param isPast whether the answer is about a time in the past; a stale one always is.
 */
export function table(answer: Answer, { isPast: isOfPast }: { isPast: boolean }): string {
  const isPast = isOfPast || answer.stale;
  const hours = answer.hourly_average_of_averages;
  const head = `  ${'hour (UTC)'.padEnd(16)}  ${'price, USD'.padStart(12)}    ${'sentiment'.padStart(9)}    ${'samples'.padStart(9)}`;
  const age = `${answer.stale ? 'STALE: newest data from' : 'newest data from'} ${answer.as_of}`;
  const simulated = answer.source === 'simulated' ? ' (made-up data)' : '';
  return [
    styleText('bold', verdict(answer, isPast)),
    '',
    styleText('dim', head),
    ...hours.map((hour, index) => row(hour, hours[index - 1])),
    '',
    trend('price', answer.price_direction, isPast),
    trend('sentiment', answer.sentiment_direction, isPast),
    `${answer.stale ? styleText('yellow', age) : age}, source: ${answer.source}${simulated}`,
  ].join('\n');
}
