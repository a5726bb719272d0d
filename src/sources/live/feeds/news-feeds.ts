export interface Feed {
  /** Short, and no other feed's: headlines are kept under it. */
  readonly name: string;
  readonly address: string;
}

/** Feeds of news about Bitcoin and its market that can be had without a key. */
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

/** Without the query, where secrets are. */
const hostOf = (url: URL): string => url.host.replace(/^www\./, '');

/** Names for the addresses of feeds: as they are known, else by host, by path too where the host is not enough. */
export function nameFeeds(addresses: readonly string[]): readonly Feed[] {
  const feeds = new Map<string, Feed>();
  for (const address of new Set(addresses)) {
    const url = new URL(address);
    const known = NEWS_FEEDS.find((feed) => feed.address === address)?.name;
    const names = [known ?? hostOf(url), hostOf(url) + url.pathname];
    const name = names.find((one) => !feeds.has(one)) ?? `${hostOf(url)}${url.pathname} (${feeds.size + 1})`;
    feeds.set(name, { name, address });
  }
  return [...feeds.values()];
}
