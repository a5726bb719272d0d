import type { Random } from './random.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const two = (value: number): string => String(value).padStart(2, '0');

const NAMED = [
  ['GMT', 0],
  ['UTC', 0],
  ['UT', 0],
  ['Z', 0],
  ['EST', -300],
  ['EDT', -240],
  ['CST', -360],
  ['PDT', -420],
  ['CET', 60],
  ['BST', 60],
  ['IST', 330],
] as const;

/** A zone as it is written, and its minutes from UTC. */
function zoneOf(random: Random): readonly [text: string, offset: number] {
  if (random.chance(0.4)) return random.of<readonly [string, number]>(NAMED);
  const offset = (random.below(27) - 12) * 60 + random.of([0, 0, 0, 30, 45]);
  const [sign, size] = [offset < 0 ? '-' : '+', Math.abs(offset)];
  const [hours, minutes] = [two(Math.floor(size / 60)), two(size % 60)];
  const text = random.of([
    `${sign}${hours}${minutes}`,
    `${sign}${hours}${minutes}`,
    `${sign}${hours}:${minutes}`,
  ]);
  return [random.chance(0.1) ? `GMT${text}` : text, offset];
}

/** A time between 2005 and 2049 in one of the forms that feeds were seen to write, most of them with a zone. */
function plainDate(random: Random): string {
  const [zone, offset] = zoneOf(random);
  const time = Date.UTC(2005) + random.below(44 * 365 * 86_400) * 1000;
  const local = new Date(time + offset * 60_000);
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const name = MONTHS[month] ?? '';
  const short = name.slice(0, 3);
  const weekday = WEEKDAYS[local.getUTCDay()] ?? '';
  const days = weekday.slice(0, 3);
  const hours = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  const clock = random.chance(0.8) ? `${hours}:${two(local.getUTCSeconds())}` : hours;
  const half = `${local.getUTCHours() % 12 || 12}:${two(local.getUTCMinutes())} ${local.getUTCHours() < 12 ? 'AM' : 'PM'}`;
  const iso = `${year}-${two(month + 1)}-${two(day)}`;
  return random.of([
    `${days}, ${two(day)} ${short} ${year} ${clock} ${zone}`,
    `${days}, ${two(day)} ${short} ${year} ${clock} ${zone}`,
    `${days}, ${day} ${short} ${two(year % 100)} ${clock} ${zone}`,
    `${day} ${name} ${year} ${clock} ${zone}`,
    `${weekday}, ${day} ${name} ${year} ${clock} ${zone}`,
    `${weekday}, ${two(day)}-${short}-${two(year % 100)} ${clock} ${zone}`,
    `${days}, ${short} ${two(day)} ${year} ${clock} ${zone}`,
    `${name} ${day}, ${year} ${half} ${zone}`,
    `${days} ${short} ${two(day)} ${clock} ${zone} ${year}`,
    `${days} ${short} ${two(day)} ${clock} ${year} ${zone}`,
    `${iso}T${clock}${zone}`,
    `${iso}T${clock}.${random.below(1000)}${zone}`,
    `${iso} ${clock} ${zone}`,
    `${two(day)}/${two(month + 1)}/${year} ${clock} ${zone}`,
    `${iso} ${clock}`,
  ]);
}

const PIECES = '0123456789 :+-,/.TZapmGMTUC\u00a0'.split('') as [string, ...string[]];

/** One small change: a character more, less, another or moved, a word moved, twice or gone, or another case. */
function change(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const words = text.split(' ');
  const word = random.below(words.length);
  switch (random.below(9)) {
    case 0:
      return text.slice(0, at) + random.of(PIECES) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + random.of(PIECES) + text.slice(at + 1);
    case 3:
      return (
        text.slice(0, at) +
        text
          .slice(at, at + 2)
          .split('')
          .toReversed()
          .join('') +
        text.slice(at + 2)
      );
    case 4:
      return text.slice(0, at);
    case 5:
      return words.toSpliced(word, 1).join(' ');
    case 6:
      return words.toSpliced(word, 0, words[random.below(words.length)] ?? '').join(' ');
    case 7:
      return words
        .toSpliced(word, 1)
        .toSpliced(random.below(words.length), 0, words[word] ?? '')
        .join(' ');
    default:
      return random.chance(0.5) ? text.toUpperCase() : text.toLowerCase();
  }
}

/** A date, half of the time with one to three changes. */
export function madeDate(random: Random): string {
  let date = plainDate(random);
  for (let changes = random.chance(0.5) ? 0 : 1 + random.below(3); changes > 0; changes -= 1) {
    date = change(date, random);
  }
  return date.trim();
}
