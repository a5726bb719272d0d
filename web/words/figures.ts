import type { Words } from './words.ts';

/** Numbers and times as a language and this device's zone write them. Times are epoch milliseconds. */
export interface Figures {
  /** US dollars, whole; with cents where they matter. */
  price(value: number): string;
  /** US dollars and cents; of less than a dollar three digits. */
  exactPrice(value: number): string;
  /** With its sign, a plus too. */
  mood(value: number): string;
  exactMood(value: number): string;
  clock(time: number): string;
  /** Day and time where it is not today's. */
  moment(time: number, now: number): string;
  full(time: number): string;
  /** With seconds. */
  seconds(time: number): string;
  day(time: number): string;
  utcClock(time: number): string;
  utcFull(time: number): string;
  utcDay(time: number): string;
  /** Of UTC, as is the next one. */
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
/** Below this, in US dollars, a price without its cents says too little. */
const SMALL_PRICE = 100;

const DAY = { year: 'numeric', month: 'short', day: 'numeric' } as const;

export function figuresIn({ code }: Words): Figures {
  // With a minus in place of a hyphen, which is too short beside a plus.
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
  // Below a dollar, where it once was, cents say too little.
  const exactPrice = number({
    ...dollars,
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    maximumSignificantDigits: 3,
    roundingPriority: 'morePrecision',
  });
  return {
    price: (value) => (Math.abs(value) < SMALL_PRICE ? exactPrice : wholePrice)(value),
    exactPrice,
    mood: number({ signDisplay: 'exceptZero', minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    exactMood: number({ signDisplay: 'always', minimumFractionDigits: 3, maximumFractionDigits: 3 }),
    clock,
    day,
    full,
    seconds: date({ ...DAY, ...TIME, second: '2-digit' }),
    moment: (time, now) => (day(time) === day(now) ? clock(time) : full(time)),
    utcClock: date({ ...TIME, timeZone: 'UTC' }),
    utcFull: date({ ...DAY, ...TIME, timeZone: 'UTC' }),
    utcDay: date({ ...DAY, timeZone: 'UTC' }),
    month: date({ month: 'short', timeZone: 'UTC' }),
    year: date({ year: 'numeric', timeZone: 'UTC' }),
    monthDay: date({ month: 'short', day: 'numeric', timeZone: 'UTC' }),
    ago(time, now) {
      const age = Math.max(0, now - time);
      const [unit, size] = UNITS.find(([, least]) => age >= least) ?? ['second', 1000];
      return relative.format(-Math.floor(age / size), unit);
    },
  };
}

/** Whether this device shows UTC anyway. */
export const isAtUtc = (time: number): boolean => new Date(time).getTimezoneOffset() === 0;
