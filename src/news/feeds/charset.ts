import { isUtf8 } from 'node:buffer';

const CHARSET = /charset\s*=\s*["']?([\w.:-]{1,40})/i;
const DECLARATION = /^\s{0,100}<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/;

/** The actual charset of a feed that claims to be UTF-8. */
export type ActualCharset = 'windows-1252';

export interface DecodedXml {
  readonly text: string;
  /** The actual charset, to be saved, if the feed claims another. Pure ASCII leaves a saved one unchanged. */
  readonly charset?: ActualCharset;
}

/** The encoding that the first bytes show: by a byte order mark, or by `<` in two bytes. */
function sniff(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return undefined;
}

/** Decodes the first characters. In encodings other than UTF-16, markup is ASCII. */
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

/** In bytes decoded as Latin-1: characters of UTF-8 (RFC 3629), incomplete ones, and any other non-ASCII byte. */
const SEQUENCES =
  /([\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})|([\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})|[\x80-\xff]/g;

const WESTERN = new TextDecoder('windows-1252');

/**
 * Decodes a document that claims to be UTF-8 and is not. If most non-ASCII text is not UTF-8, or earlier documents of the
 * feed were windows-1252, all of it is windows-1252. Otherwise it is UTF-8 mixed with windows-1252, as after joining
 * texts of two origins.
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

/** Encodings with one byte per character, in which non-ASCII text is hardly ever valid UTF-8 by chance. */
const SINGLE_BYTE = /^(?:windows-|iso-8859-|koi8-|ibm|mac|x-mac)/;

/**
 * Decodes an XML document. The encoding comes from the first bytes, the header, or the declaration (RFC 7303), in this
 * order. Unknown encodings are skipped, and the default is UTF-8. A document that claims to be UTF-8, but is not, is read as
 * windows-1252. One that claims an encoding with one byte per character, but is valid UTF-8, is read as UTF-8.
 *
 * @param known the charset found in earlier documents of the feed.
 */
export function decodeXml(bytes: Uint8Array, contentType: string, known?: ActualCharset): DecodedXml {
  const sniffed = sniff(bytes);
  if (sniffed?.startsWith('utf-16')) return { text: new TextDecoder(sniffed).decode(bytes) };
  const labels =
    sniffed === undefined ? [CHARSET.exec(contentType)?.[1], DECLARATION.exec(startOf(bytes, 512))?.[1]] : [];
  // A declaration that was readable byte by byte is not in UTF-16.
  const decoder = labels.map(decoderOf).find((one) => one && !one.encoding.startsWith('utf-16'));
  const declared = decoder?.encoding ?? 'utf-8';
  if (decoder && declared !== 'utf-8' && !SINGLE_BYTE.test(declared)) return { text: decoder.decode(bytes) };
  const strict = isUtf8(bytes) ? new TextDecoder().decode(bytes) : undefined;
  if (declared !== 'utf-8') return { text: strict ?? decoder?.decode(bytes) ?? '' };
  if (strict === undefined) return decodeMislabelled(sniffed ? bytes.subarray(3) : bytes, known);
  const isAscii = strict.length === bytes.length;
  return { text: strict, ...(isAscii && known && { charset: known }) };
}
