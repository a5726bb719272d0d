const ENGLISH = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** The other languages that feeds write months in. */
const LANGUAGES = ['de', 'fr', 'es', 'it', 'pt', 'nl'];

/** The one usual abbreviation that leaves a letter out: German March. */
const MARCH = 'mrz';

/** Without case and accents. */
const plain = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The names of each month in these languages, once they are needed: most feeds keep to English. */
let others: readonly (readonly string[])[] | undefined;

function otherNames(): readonly (readonly string[])[] {
  const formats = LANGUAGES.map(
    (language) => new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' }),
  );
  return ENGLISH.map((_, month) => formats.map((format) => plain(format.format(Date.UTC(2026, month, 1)))));
}

/** The month, from 0, whose name a word is, or begins, with three letters at least; `undefined` where it is not one. */
export function monthOf(word: string): number | undefined {
  const start = plain(word).replace(/\.$/, '');
  if (start === MARCH) return 2;
  if (start.length < 3) return undefined;
  const english = ENGLISH.findIndex((name) => name.startsWith(start));
  if (english >= 0) return english;
  others ??= otherNames();
  const months = others.flatMap((names, month) =>
    names.some((name) => name.startsWith(start)) ? [month] : [],
  );
  return months.length === 1 ? months[0] : undefined;
}
