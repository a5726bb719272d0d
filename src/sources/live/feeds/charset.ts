const CHARSET = /charset\s*=\s*["']?([\w.:-]{1,40})/i;
const DECLARATION = /^\s{0,100}<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/;

/** What the first bytes say for themselves: a byte order mark, or `<` in two bytes. */
function sniff(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return undefined;
}

function decoderOf(label: string | undefined): TextDecoder | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

/**
 * The text of an XML document: by its first bytes, else the header, else its own declaration (RFC 7303), each where
 * it names an encoding that is known; else as UTF-8, or as windows-1252 where it is no UTF-8.
 */
export function decodeXml(bytes: Uint8Array, contentType: string): string {
  const sniffed = sniff(bytes);
  if (sniffed) return new TextDecoder(sniffed).decode(bytes);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 512));
  const labels = [CHARSET.exec(contentType)?.[1], DECLARATION.exec(start)?.[1]];
  // A declaration that could be read byte by byte is not in UTF-16, whatever it says.
  const known = labels.map(decoderOf).find((decoder) => decoder && !decoder.encoding.startsWith('utf-16'));
  if (known) return known.decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
