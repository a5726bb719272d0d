const COMMA = 0x2c;
const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

export interface QuotedRecord {
  /** The values, without their quotes; `undefined` where the quotes are not as they should be. */
  readonly fields: readonly string[] | undefined;
  /** Where its line end begins, or the bytes end. */
  readonly end: number;
  /** How many line ends are inside of quotes. */
  readonly lineEnds: number;
}

/** From behind an opening quote: the value, and where its closing quote is; `undefined` where there is none. */
function readQuoted(bytes: Buffer, from: number): { value: string; end: number } | undefined {
  let hasDoubled = false;
  for (let at = from; ; at += 2) {
    at = bytes.indexOf(QUOTE, at);
    if (at < 0) return undefined;
    if (bytes[at + 1] === QUOTE) {
      hasDoubled = true;
      continue;
    }
    const value = bytes.toString('utf8', from, at);
    return { value: hasDoubled ? value.replaceAll('""', '"') : value, end: at };
  }
}

const isLineEnd = (byte: number | undefined): boolean => byte === LF || byte === CR || byte === undefined;

/** Where the field, or with `wholeLine` the line, that holds a byte ends. */
function endFrom(bytes: Buffer, from: number, wholeLine: boolean): number {
  let at = from;
  while (!isLineEnd(bytes[at]) && (wholeLine || bytes[at] !== COMMA)) at += 1;
  return at;
}

/**
 * One record with quotes in it (RFC 4180, section 2; with line ends of any kind).
 *
 * @returns `undefined` where a quote is not closed within the bytes.
 */
export function readQuotedRecord(bytes: Buffer, start: number): QuotedRecord | undefined {
  const fields: string[] = [];
  let lineEnds = 0;
  for (let at = start; ; at += 1) {
    if (bytes[at] === QUOTE) {
      const quoted = readQuoted(bytes, at + 1);
      if (!quoted) return undefined;
      fields.push(quoted.value);
      lineEnds += quoted.value.match(/\r\n|\r|\n/g)?.length ?? 0;
      at = quoted.end + 1;
    } else {
      const end = endFrom(bytes, at, false);
      const value = bytes.toString('utf8', at, end);
      if (value.includes('"')) return { fields: undefined, end: endFrom(bytes, end, true), lineEnds };
      fields.push(value);
      at = end;
    }
    if (isLineEnd(bytes[at])) return { fields, end: at, lineEnds };
    // After a closing quote there may be nothing else.
    if (bytes[at] !== COMMA) return { fields: undefined, end: endFrom(bytes, at, true), lineEnds };
  }
}
