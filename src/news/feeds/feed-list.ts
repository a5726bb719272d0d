export interface Feed {
  /** Short and unique: headlines are stored under it. */
  readonly name: string;
  readonly address: string;
}

/** Feeds of news about Bitcoin and its market that need no key. To add a feed, add a line. */
export const NEWS_FEEDS: readonly Feed[] = [
  { name: 'CoinDesk', address: 'https://www.coindesk.com/arc/outboundfeeds/rss/' },
  { name: 'Cointelegraph', address: 'https://cointelegraph.com/rss' },
  { name: 'Decrypt', address: 'https://decrypt.co/feed' },
  { name: 'Bitcoin Magazine', address: 'https://bitcoinmagazine.com/feed' },
  { name: 'The Block', address: 'https://www.theblock.co/rss.xml' },
  { name: 'The Defiant', address: 'https://thedefiant.io/feed' },
  { name: 'CryptoSlate', address: 'https://cryptoslate.com/feed/' },
  { name: 'NewsBTC', address: 'https://www.newsbtc.com/feed/' },
  { name: 'Bitcoinist', address: 'https://bitcoinist.com/feed/' },
  { name: 'CryptoPotato', address: 'https://cryptopotato.com/feed' },
];

/** `name=address`, or the address alone. The name precedes the scheme, so that a query may contain `=`. */
const ENTRY = /^(?:([^=:/?#]{1,40})=)?(https?:\/\/.+)$/i;

function parseFeed(text: string): (Partial<Feed> & Pick<Feed, 'address'>) | undefined {
  const [, name, address = ''] = ENTRY.exec(text.trim()) ?? [];
  const url = URL.parse(address);
  if (!url?.hostname || url.username || url.password) return undefined;
  const known = NEWS_FEEDS.find((feed) => feed.address === address)?.name;
  const own = name?.trim() || known;
  return own === undefined ? { address } : { name: own, address };
}

/**
 * Parses a list of addresses, separated by commas, each with an optional name in front, as in `Reddit=https://…`. Other
 * feeds are named after their host, since a path or query may be a secret, and numbered if they share it.
 *
 * @returns `undefined` if one is not an http(s) address, contains a user name, or has the name of another.
 */
export function parseFeeds(text: string): readonly Feed[] | undefined {
  const entries = new Map<string, string | undefined>();
  for (const one of text.split(',').map(parseFeed)) {
    if (!one) return undefined;
    entries.set(one.address, one.name ?? entries.get(one.address));
  }
  const given = [...entries.values()].filter((name) => name !== undefined);
  const taken = new Set(given);
  if (taken.size < given.length) return undefined;
  return [...entries].map(([address, own]) => {
    if (own !== undefined) return { name: own, address };
    const host = new URL(address).host.replace(/^www\./, '');
    let name = host;
    for (let number = 2; taken.has(name); number += 1) name = `${host} (${number})`;
    taken.add(name);
    return { name, address };
  });
}
