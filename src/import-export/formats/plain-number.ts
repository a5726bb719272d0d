/** These powers of ten are exact in a double. */
const POWERS = Float64Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`));

/** All integers with so many digits are exact in a double. */
const MAX_DIGITS = 15;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/**
 * Parses a plain decimal of at most 15 digits, with the same result as `Number`: digits and power of ten are exact, so the
 * division rounds only once (Clinger 1990). Returns `undefined` for all other texts.
 */
export function readPlainNumber(bytes: Uint8Array, from: number, to: number): number | undefined {
  let at = bytes[from] === MINUS ? from + 1 : from;
  const first = at;
  if (to - first > MAX_DIGITS + 1) return undefined;
  let digits = 0;
  let point = -1;
  for (; at < to; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit >= 0 && digit <= 9) digits = digits * 10 + digit;
    else if (digit === POINT - ZERO && point < 0 && at > first) point = at;
    else return undefined;
  }
  const decimals = point < 0 ? 0 : to - point - 1;
  const count = to - first - (point < 0 ? 0 : 1);
  if (count === 0 || count > MAX_DIGITS || point === to - 1) return undefined;
  const value = decimals === 0 ? digits : digits / (POWERS[decimals] as number);
  return first === from ? value : -value;
}
