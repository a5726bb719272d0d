import { DAY } from './bucket-width.ts';
import { dateText } from './calendar.ts';
import { HOUR } from './time.ts';

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

export interface TimeStyle {
  /** After the time of day. */
  readonly end: string;
  /** Some readers want all times in one form. */
  readonly alwaysMilliseconds: boolean;
}

const SHORT: TimeStyle = { end: 'Z', alwaysMilliseconds: false };

/** RFC 3339, always with milliseconds. */
export const WITH_MILLISECONDS: TimeStyle = { ...SHORT, alwaysMilliseconds: true };

/** Without a zone, which LibreOffice takes for text. It recognises the T in any language, and a space only if it is told to. */
export const FOR_SPREADSHEETS: TimeStyle = { end: '', alwaysMilliseconds: true };

/** Formats times in UTC, by default like `formatTime`. It caches the date, which consecutive times share. */
export function createTimeWriter(style: TimeStyle = SHORT): (time: number) => string {
  const { end, alwaysMilliseconds } = style;
  let day = Number.NaN;
  let date = '';
  return (time) => {
    if (!(time - day >= 0 && time - day < DAY)) {
      day = Math.floor(time / DAY) * DAY;
      date = dateText(day);
    }
    const ofDay = time - day;
    if (!alwaysMilliseconds && ofDay % HOUR === 0) return `${date}T${twoDigits[ofDay / HOUR]}:00:00${end}`;
    const milliseconds = ofDay % 1000;
    const seconds = (ofDay - milliseconds) / 1000;
    const minutes = Math.floor(seconds / 60);
    const fraction =
      milliseconds === 0 && !alwaysMilliseconds ? '' : `.${String(milliseconds).padStart(3, '0')}`;
    return `${date}T${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}${fraction}${end}`;
  };
}
