import { styleText } from 'node:util';
import type { Answer } from '../domain/answer.ts';
import { type Direction, direction } from '../domain/direction.ts';

const ARROWS: Readonly<Record<Direction, string>> = { rising: '↑', falling: '↓', flat: '→', unknown: ' ' };

const VERDICTS = new Map<boolean | null, string>([
  [true, 'Bitcoin is lit'],
  [false, 'Bitcoin is not lit'],
  [null, 'Whether Bitcoin is lit is not known'],
]);

type Hour = Answer['hourly_average_of_averages'][number];
type Format = (value: number) => string;

const asPrice: Format = (price) =>
  price.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const asSentiment: Format = (sentiment) => sentiment.toFixed(3);

/** A value, and an arrow that tells where it went since the hour before. */
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
    `  ${hour.time.slice(0, 16).replace('T', ' ')}`,
    cell(hour.price, before?.price, asPrice, 12),
    cell(hour.sentiment, before?.sentiment, asSentiment, 9),
    `${hour.price_samples}/${hour.sentiment_samples}`.padStart(9),
    hour.complete ? '' : 'so far',
  ];
  return cells.join('  ').trimEnd();
}

/** The answer for people: the verdict, the three hours with arrows, and how far it is to be trusted. */
export function table(answer: Answer): string {
  const hours = answer.hourly_average_of_averages;
  const head = `  ${'hour (UTC)'.padEnd(16)}  ${'price, USD'.padStart(12)}    ${'sentiment'.padStart(9)}    ${'samples'.padStart(9)}`;
  const age = answer.stale ? `STALE: as of ${answer.as_of}` : `as of ${answer.as_of}`;
  const simulated = answer.source === 'simulated' ? ' (made up, to try things out)' : '';
  return [
    styleText('bold', VERDICTS.get(answer.is_lit) ?? ''),
    '',
    styleText('dim', head),
    ...hours.map((hour, index) => row(hour, hours[index - 1])),
    '',
    `price ${answer.price_direction} ${ARROWS[answer.price_direction]}`.trimEnd(),
    `sentiment ${answer.sentiment_direction} ${ARROWS[answer.sentiment_direction]}`.trimEnd(),
    `${answer.stale ? styleText('yellow', age) : age}, source: ${answer.source}${simulated}`,
  ].join('\n');
}
