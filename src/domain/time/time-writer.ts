import { DAY } from './bucket-width.ts';
import { dateText } from './calendar.ts';

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** Around the date and the time of day, and after them. */
export interface TimeStyle {
  readonly separator: string;
  readonly end: string;
  /** Some readers want all times in one form. */
  readonly alwaysMilliseconds: boolean;
}

const SHORT: TimeStyle = { separator: 'T', end: 'Z', alwaysMilliseconds: false };

/** RFC 3339, always with milliseconds. */
export const WITH_MILLISECONDS: TimeStyle = { ...SHORT, alwaysMilliseconds: true };

/** What spreadsheets recognise in any language. */
export const FOR_SPREADSHEETS: TimeStyle = { separator: ' ', end: '', alwaysMilliseconds: true };

/** Formats times in UTC, by default like `formatTime`. It caches the date, which consecutive times share. */
export function createTimeWriter(style: TimeStyle = SHORT): (time: number) => string {
  const { separator, end, alwaysMilliseconds } = style;
  let day = Number.NaN;
  let date = '';
  return (time) => {
    if (!(time - day >= 0 && time - day < DAY)) {
      day = Math.floor(time / DAY) * DAY;
      date = dateText(day);
    }
    const ofDay = time - day;
    const milliseconds = ofDay % 1000;
    const seconds = (ofDay - milliseconds) / 1000;
    const minutes = Math.floor(seconds / 60);
    const fraction =
      milliseconds === 0 && !alwaysMilliseconds ? '' : `.${String(milliseconds).padStart(3, '0')}`;
    return `${date}${separator}${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}${fraction}${end}`;
  };
}
