/** How much a value of a list such as Accept's is wanted, by its `q`: RFC 9110, section 12.4.2. */
interface Wish {
  readonly value: string;
  readonly quality: number;
}

/** Wishes in a header; more than these would be work for nobody's good. */
const MOST_WISHES = 50;

function parseWishes(header: string): Wish[] {
  return header
    .split(',', MOST_WISHES)
    .map((item) => {
      const [value = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const [, text] =
        parameters.map((one) => /^q\s*=\s*([\d.]{1,5})$/.exec(one)).find((match) => match) ?? [];
      const quality = text === undefined ? 1 : Number(text);
      return { value, quality: quality <= 1 ? quality : 0 };
    })
    .filter(({ value }) => value !== '');
}

/** What a wish has to be to mean an offer, the most exact first. */
const patternsOf = (offer: string): string[] => [
  offer,
  offer.replace(/\/.*/, '/*'),
  offer.includes('/') ? '*/*' : '*',
];

/**
 * The offer that a header such as Accept or Accept-Encoding wants most; of equal ones the first. An offer that is not
 * named is not wanted; of several wishes that mean it, the most exact one counts.
 *
 * @returns `undefined` where none is wanted, or the header says nothing.
 */
export function preferred<T extends string>(header: string | undefined, offers: readonly T[]): T | undefined {
  if (header === undefined) return undefined;
  const wishes = parseWishes(header);
  let best: { offer: T; quality: number } | undefined;
  for (const offer of offers) {
    const [wish] = patternsOf(offer).flatMap((pattern) => wishes.filter(({ value }) => value === pattern));
    if (wish && wish.quality > (best?.quality ?? 0)) best = { offer, quality: wish.quality };
  }
  return best?.offer;
}
