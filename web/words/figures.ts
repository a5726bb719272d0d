import type { Words } from './words.ts';

/** Formats numbers and times for a language and the device's time zone. Times are epoch milliseconds. */
export interface Figures {
  /** Whole US dollars; with cents below $100. */
  price(value: number): string;
  /** US dollars and cents; below a dollar, three significant digits. */
  exactPrice(value: number): string;
  /** Always signed. */
  sentiment(value: number): string;
  /** Returns a formatter with just enough digits that adjacent values that differ look different. */
  apart(
    kind: 'price' | 'sentiment',
    values: readonly (number | null | undefined)[],
  ): (value: number) => string;
  clock(time: number): string;
  /** The time; with the day unless it is today. */
  moment(time: number, now: number): string;
  full(time: number): string;
  /** Day and time with seconds. */
  seconds(time: number): string;
  day(time: number): string;
  utcClock(time: number): string;
  utcDay(time: number): string;
  /** In UTC, as are `year` and `monthDay`. */
  month(time: number): string;
  year(time: number): string;
  monthDay(time: number): string;
  ago(time: number, now: number): string;
}

const UNITS = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
/** Prices below this are shown with cents. */
const SMALL_PRICE_USD = 100;

/** Values that differ only beyond these digits look the same. */
const MAX_DECIMALS = 6;

const DAY = { year: 'numeric', month: 'short', day: 'numeric' } as const;

/** Whether two adjacent values differ but are written the same. */
function areBlurred(
  values: readonly (number | null | undefined)[],
  write: (value: number) => string,
): boolean {
  return values.some((value, index) => {
    const before = values[index - 1];
    return value != null && before != null && value !== before && write(value) === write(before);
  });
}

export function figuresIn({ code }: Words): Figures {
  // A hyphen is too short beside a plus sign, so use a real minus.
  const number = (options: Intl.NumberFormatOptions) => {
    const { format } = new Intl.NumberFormat(code, options);
    return (value: number) => format(value).replace('-', '−');
  };
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(code, options).format;
  const dollars = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  const relative = new Intl.RelativeTimeFormat(code, { numeric: 'always' });
  const clock = date(TIME);
  const day = date(DAY);
  const full = date({ ...DAY, ...TIME });
  const wholePrice = number({ ...dollars, maximumFractionDigits: 0 });
  // Bitcoin once cost less than a dollar, where cents are too coarse.
  const exactPrice = number({
    ...dollars,
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    minimumSignificantDigits: 3,
    maximumSignificantDigits: 3,
    roundingPriority: 'morePrecision',
  });
  const sentiment = (digits: number, signDisplay: 'exceptZero' | 'always' = 'always') =>
    number({ signDisplay, minimumFractionDigits: digits, maximumFractionDigits: digits });
  const roughSentiment = sentiment(2, 'exceptZero');
  const price = (value: number) => (Math.abs(value) < SMALL_PRICE_USD ? exactPrice : wholePrice)(value);
  /** Formatters, from the shortest to the longest. */
  function* writers(kind: 'price' | 'sentiment'): Generator<(value: number) => string> {
    yield kind === 'price' ? price : roughSentiment;
    if (kind === 'price') yield exactPrice;
    for (let digits = 3; digits <= MAX_DECIMALS; digits++)
      yield kind === 'sentiment'
        ? sentiment(digits)
        : number({ ...dollars, minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  return {
    price,
    exactPrice,
    sentiment: roughSentiment,
    apart(kind, values) {
      let last = roughSentiment;
      for (const write of writers(kind)) {
        last = write;
        if (!areBlurred(values, write)) break;
      }
      return last;
    },
    clock,
    day,
    full,
    seconds: date({ ...DAY, ...TIME, second: '2-digit' }),
    moment: (time, now) => (day(time) === day(now) ? clock(time) : full(time)),
    utcClock: date({ ...TIME, timeZone: 'UTC' }),
    utcDay: date({ ...DAY, timeZone: 'UTC' }),
    month: date({ month: 'short', timeZone: 'UTC' }),
    year: date({ year: 'numeric', timeZone: 'UTC' }),
    monthDay: date({ month: 'short', day: 'numeric', timeZone: 'UTC' }),
    ago(time, now) {
      const duration = Math.max(0, now - time);
      const [unit, size] = UNITS.find(([, least]) => duration >= least) ?? ['second', 1000];
      return relative.format(-Math.floor(duration / size), unit);
    },
  };
}

/** Whether the device's local time is UTC. */
export const isAtUtc = (time: number): boolean => new Date(time).getTimezoneOffset() === 0;
