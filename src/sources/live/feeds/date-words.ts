/** The languages that feeds write months in, where they do not keep to English. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl'];

/** Without case and accents. */
const plain = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** January in all languages, February in all languages, and so on. */
const MONTHS: readonly (readonly string[])[] = Array.from({ length: 12 }, (_, month) =>
  LANGUAGES.map((language) =>
    plain(
      new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, month, 1)),
    ),
  ),
);
/** The one usual abbreviation that leaves a letter out: German March. */
const MARCH = 'mrz';

/** The month, from 0, whose name a word is, or begins, with three letters at least; `undefined` where it is not one. */
export function monthOf(word: string): number | undefined {
  const start = plain(word).replace(/\.$/, '');
  if (start === MARCH) return 2;
  if (start.length < 3) return undefined;
  const months = MONTHS.flatMap((names, month) =>
    names.some((name) => name.startsWith(start)) ? [month] : [],
  );
  return months.length === 1 ? months[0] : undefined;
}
