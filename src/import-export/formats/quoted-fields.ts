const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

export interface QuotedRecord {
  /** The values without quotes; `undefined` if the quotes are not valid. */
  readonly fields: readonly string[] | undefined;
  /** Where the line end begins, or the bytes end. */
  readonly end: number;
  /** The number of line ends inside quotes. */
  readonly lineEnds: number;
}

/** Reads a value after its opening quote. Returns `undefined` if there is no closing quote. */
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

/** Returns the end of the field, or with `wholeLine` of the line. */
function endFrom(bytes: Buffer, from: number, delimiter: number, wholeLine: boolean): number {
  let at = from;
  while (!isLineEnd(bytes[at]) && (wholeLine || bytes[at] !== delimiter)) at += 1;
  return at;
}

/**
 * Reads a record with quotes (RFC 4180, section 2, with any line ends).
 *
 * @returns `undefined` if a quote is not closed.
 */
export function readQuotedRecord(bytes: Buffer, start: number, delimiter: number): QuotedRecord | undefined {
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
      const end = endFrom(bytes, at, delimiter, false);
      const value = bytes.toString('utf8', at, end);
      if (value.includes('"'))
        return { fields: undefined, end: endFrom(bytes, end, delimiter, true), lineEnds };
      fields.push(value);
      at = end;
    }
    if (isLineEnd(bytes[at])) return { fields, end: at, lineEnds };
    // Nothing else may follow a closing quote.
    if (bytes[at] !== delimiter)
      return { fields: undefined, end: endFrom(bytes, at, delimiter, true), lineEnds };
  }
}
