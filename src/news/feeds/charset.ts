const CHARSET = /charset\s*=\s*["']?([\w.:-]{1,40})/i;
const DECLARATION = /^\s{0,100}<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/;

/** What a feed that calls itself UTF-8 turned out to be written in. */
export type ActualCharset = 'windows-1252';

export interface DecodedXml {
  readonly text: string;
  /** What to remember of the feed: absent where it is in what it says. Without a byte beyond ASCII nothing changes. */
  readonly charset?: ActualCharset;
}

/** What the first bytes say for themselves: a byte order mark, or `<` in two bytes. */
function sniff(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return undefined;
}

/** The first characters, as far as the first bytes say how to read them: markup is ASCII in all other encodings. */
export function startOf(bytes: Uint8Array, length: number): string {
  const sniffed = sniff(bytes) ?? 'latin1';
  return new TextDecoder(sniffed).decode(
    bytes.subarray(0, sniffed.startsWith('utf-16') ? 2 * length : length),
  );
}

function decoderOf(label: string | undefined): TextDecoder | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Of bytes as Latin-1: characters of UTF-8 (RFC 3629), what is left of one that was cut off, and any other byte. */
const SEQUENCES =
  /([\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})|([\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})|[\x80-\xff]/g;

const WESTERN = new TextDecoder('windows-1252');

/**
 * Reads what is no UTF-8 although it says so. Where most of what is beyond ASCII is no UTF-8 either, or the feed is
 * known for it, all of it is windows-1252. Else it is UTF-8 with single bytes of windows-1252 in it, as where texts of
 * two origins were put together.
 */
function decodeMislabelled(bytes: Uint8Array, known: ActualCharset | undefined): DecodedXml {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let [right, wrong] = [0, 0];
  for (const [, sequence] of text.matchAll(SEQUENCES)) {
    if (sequence === undefined) wrong += 1;
    else right += 1;
  }
  if (known !== undefined || wrong > right) return { text: WESTERN.decode(bytes), charset: 'windows-1252' };
  const mixed = text.replace(SEQUENCES, (match, sequence?: string, rest?: string) => {
    if (rest !== undefined) return '\ufffd';
    const part = Buffer.from(match, 'latin1');
    return sequence === undefined ? WESTERN.decode(part) : part.toString('utf8');
  });
  return { text: mixed };
}

/** Whether what is valid UTF-8 beyond ASCII is so by chance hardly ever: in encodings of one byte a character. */
const SINGLE_BYTE = /^(?:windows-|iso-8859-|koi8-|ibm|mac|x-mac)/;

/**
 * The text of an XML document: by its first bytes, else the header, else its own declaration (RFC 7303), each where
 * it names an encoding that is known; else as UTF-8. What calls itself UTF-8 and is not is read as windows-1252, and
 * what calls itself an encoding of one byte a character and is UTF-8, as that.
 *
 * @param known what was remembered of the feed.
 */
export function decodeXml(bytes: Uint8Array, contentType: string, known?: ActualCharset): DecodedXml {
  const sniffed = sniff(bytes);
  if (sniffed?.startsWith('utf-16')) return { text: new TextDecoder(sniffed).decode(bytes) };
  const labels =
    sniffed === undefined ? [CHARSET.exec(contentType)?.[1], DECLARATION.exec(startOf(bytes, 512))?.[1]] : [];
  // A declaration that could be read byte by byte is not in UTF-16, whatever it says.
  const decoder = labels.map(decoderOf).find((one) => one && !one.encoding.startsWith('utf-16'));
  const declared = decoder?.encoding ?? 'utf-8';
  if (decoder && declared !== 'utf-8' && !SINGLE_BYTE.test(declared)) return { text: decoder.decode(bytes) };
  const strict = decodeStrictly(bytes);
  if (declared !== 'utf-8') return { text: strict ?? decoder?.decode(bytes) ?? '' };
  if (strict === undefined) return decodeMislabelled(sniffed ? bytes.subarray(3) : bytes, known);
  const isAscii = strict.length === bytes.length;
  return { text: strict, ...(isAscii && known && { charset: known }) };
}
