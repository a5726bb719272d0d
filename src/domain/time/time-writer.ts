import { DAY } from './bucket-width.ts';
import { dateText } from './calendar.ts';

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** Formats times like `formatTime`, but caches the date, which consecutive times share. */
export function createTimeWriter(): (time: number) => string {
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
    const fraction = milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}`;
    return `${date}T${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}${fraction}Z`;
  };
}
