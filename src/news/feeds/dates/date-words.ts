/** Other languages in which feeds write months. */
const LANGUAGES = ['de', 'fr', 'es', 'it', 'pt', 'nl'];

/** German for March: the only common abbreviation that is not the beginning of the name. */
const MARCH = 'mrz';

/** Removes case and accents. */
const normalize = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function monthNames(language: string): string[] {
  const format = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, month) => normalize(format.format(Date.UTC(2026, month, 1))));
}

/** Not from `Intl`, since each parser thread would load it when it starts. */
const ENGLISH = 'january february march april may june july august september october november december'.split(
  ' ',
);

/** Created when first needed, since most feeds use English. */
let others: readonly string[] | undefined;

/** Returns the month, from 0, for its name or the first letters of it, at least three; `undefined` if there is none. */
export function monthOf(word: string): number | undefined {
  const start = normalize(word).replace(/\.$/, '');
  if (start === MARCH) return 2;
  if (start.length < 3) return undefined;
  const english = ENGLISH.findIndex((name) => name.startsWith(start));
  if (english >= 0) return english;
  others ??= LANGUAGES.flatMap(monthNames);
  const months = new Set(others.flatMap((name, index) => (name.startsWith(start) ? [index % 12] : [])));
  return months.size === 1 ? [...months][0] : undefined;
}
