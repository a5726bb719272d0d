import type { Direction } from '../../src/domain/direction.ts';
import type { Words } from './words.ts';

const count = (number: number): string => number.toLocaleString('en');
const some = (number: number, one: string, many: string): string =>
  `${count(number)} ${number === 1 ? one : many}`;

function trend(price: Direction, sentiment: Direction, isPast: boolean): string {
  if (price === sentiment) return `price and sentiment ${isPast ? 'were' : 'are'} both ${price}`;
  const be = isPast ? 'was' : 'is';
  const ofPrice = price === 'unknown' ? `there ${be} not enough price data` : `the price ${be} ${price}`;
  const ofSentiment =
    sentiment === 'unknown' ? `there ${be} not enough sentiment data` : `sentiment ${be} ${sentiment}`;
  return `${ofPrice}, but ${ofSentiment}`;
}

const DIRECTIONS: Readonly<Record<Direction, string>> = {
  rising: 'rising',
  falling: 'falling',
  flat: 'flat',
  unknown: 'unknown',
};

const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

export const english: Words = {
  code: 'en',
  name: 'English',
  question: 'Is Bitcoin lit?',
  verdict: {
    lit: 'Lit.',
    'not-lit': 'Not lit.',
    'was-lit': 'Was lit.',
    'was-not-lit': 'Was not lit.',
    unknown: 'Unknown.',
    empty: 'No data.',
    asking: '…',
  },
  heading: {
    lit: 'Bitcoin is lit',
    'not-lit': 'Bitcoin is not lit',
    'was-lit': 'Bitcoin was lit',
    'was-not-lit': 'Bitcoin was not lit',
    unknown: 'Not enough data to tell',
    empty: 'No data',
    asking: 'Loading',
  },
  trend: (price, sentiment) => `${capitalized(trend(price, sentiment, false))}.`,
  pastTrend: (when, price, sentiment) => `As of ${when}, ${trend(price, sentiment, true)}.`,
  bothRise: 'Price and sentiment have both risen over the last three hours.',
  needsBoth: 'Bitcoin is lit only when both have risen over three hours.',
  needsTwo: 'Price and sentiment both need at least two hours of data.',
  notEnoughData: 'There is not enough data to tell.',
  gap: ' ',
  endedLit: (hours) =>
    `Also lit at the end of ${hours === 1 ? 'the last hour' : `each of the last ${hours} hours`}.`,
  lastEndedLit: (ago) => `Last lit hour: ${ago}.`,
  asking: 'Loading the answer.',
  empty: 'Waiting for data. The answer will appear here automatically.',
  unreachable: {
    sentence: (number) =>
      number === 1
        ? 'The service is running but cannot reach its data source.'
        : `The service is running but cannot reach any of its ${number} data sources.`,
    title: 'What you can do',
    steps: [
      'Behind a proxy? Set `HTTPS_PROXY` to its address and restart the service.',
      'Behind a firewall? Allow outgoing HTTPS (port 443) from the machine that runs the service to the sources listed here.',
      'To find out what is wrong with each source, run `npx is-bitcoin-lit doctor` in the service’s folder.',
    ],
  },
  hours: 'Averages of the last three hours',
  averages: 'Hourly averages',
  price: 'Price',
  sentiment: 'Sentiment',
  sentimentScale: 'News sentiment, from −1 (negative) to +1 (positive)',
  direction: { price: DIRECTIONS, sentiment: DIRECTIONS },
  soFar: 'now',
  noValue: 'no data',
  age: 'Updated',
  from: 'Sources',
  basis: 'Samples',
  origin: {
    live: 'Exchanges and news feeds',
    senticrypt: 'SentiCrypt',
    simulated: 'Simulated market',
  },
  places: ([exchanges, allVenues], [feeds, allFeeds]) =>
    `${exchanges} of ${some(allVenues, 'exchange', 'exchanges')}, ${feeds} of ${some(allFeeds, 'news feed', 'news feeds')}`,
  samples: (prices, sentiments) =>
    `${some(prices, 'price', 'prices')}, ${some(sentiments, 'sentiment reading', 'sentiment readings')}`,
  running: 'current hour in progress',
  wasRunning: 'last hour incomplete',
  notice: 'For learning and entertainment only. Not financial advice.',
  notices: {
    simulated: 'Simulated data: this market is not real.',
    stale: (since) => `Outdated: the newest data are from ${since}.`,
    lost: (since) => `Disconnected since ${since}. Reconnecting automatically.`,
    failing: (names, more) =>
      `Some sources are failing: ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}.`,
    unreachable: 'No data source can be reached.',
  },
  connection: {
    connecting: 'Connecting',
    live: 'Live',
    polling: 'Updates every 30 s',
    lost: 'Disconnected',
    paused: 'Paused',
  },
  connected: 'Connected',
  old: 'Outdated',
  chart: {
    title: 'Price and sentiment',
    ranges: {
      '3h': { short: '3 h', long: '3 hours' },
      '24h': { short: '24 h', long: '24 hours' },
      '7d': { short: '7 d', long: '7 days' },
      '30d': { short: '30 d', long: '30 days' },
      '1y': { short: '1 y', long: '1 year' },
      all: { short: 'All', long: 'All' },
    },
    range: 'Chart range',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    now: 'Jump to now',
    bucket: {
      '30s': '30-second averages',
      '1m': '1-minute averages',
      '5m': '5-minute averages',
      '15m': '15-minute averages',
      '1h': 'hourly averages',
      '4h': '4-hour averages',
      '1d': 'daily averages (UTC)',
      '1w': 'weekly averages (UTC)',
    },
    keys: 'Use the arrow keys to read values, and Shift with the arrow keys to move the chart. Plus and minus zoom; Home and End jump to either end. The table below has the same data.',
    nothing: 'No data for this period.',
    showAll: 'Show all data',
    trouble: 'History is currently unavailable.',
    again: 'Try again',
    incomplete: 'in progress',
    asTable: 'Show as table',
    table: 'Averages',
    columns: {
      time: 'Start',
      price: 'Price',
      span: 'Low – high',
      sentiment: 'Sentiment',
      samples: 'Samples',
    },
    lit: 'shaded: lit hours',
    attribution: 'Chart by TradingView Lightweight Charts',
  },
  sources: {
    title: 'Data sources',
    exchanges: 'Exchanges',
    feeds: 'News feeds',
    state: { ok: 'OK', resting: 'paused', failing: 'failing' },
    since: (when) => `since ${when}`,
    headlines: (number) => some(number, 'headline', 'headlines'),
    madeUp: 'None of these exist. Prices and headlines are made up, so you can try the service offline.',
    relayed: 'A single feed, SentiCrypt v1, provides both price and sentiment.',
    trouble: 'Source status is currently unavailable.',
  },
  headlines: {
    title: 'Headlines behind the sentiment',
    lead: (value, number) =>
      `Sentiment is now ${value}, averaged over ${some(number, 'headline', 'headlines')}. Newer headlines count more.`,
    label: { positive: 'positive', neutral: 'neutral', negative: 'negative' },
    noWord: 'no scored words',
    more: (number) => `Show ${number} more`,
    less: 'Show fewer',
    none: 'No headlines about the market yet.',
  },
  fear: (value, label) =>
    `Fear & Greed Index: ${value} of 100 (${label}). Shown for comparison; it does not affect the answer.`,
  by: ' Source: ',
  brackets: [' (', ')'],
  api: {
    title: 'Get the data',
    lead: 'Everything on this page is available from the API. No key is needed.',
    copy: 'Copy',
    copied: 'Copied',
    docs: 'API documentation',
    stream: 'Live stream',
    history: 'History as CSV',
  },
  record: 'Track record',
  what: {
    title: 'About this page',
    text: [
      'The service computes two hourly averages: the price of Bitcoin in US dollars and the sentiment of the news about it. If both are higher in the latest of the last three hours than in the first, Bitcoin is “lit”. That is all it means.',
      'For learning and entertainment only. The service is not affiliated with its data sources, does not guarantee that their data are accurate, and does not give financial advice.',
    ],
  },
  theme: { auto: 'system', light: 'light', dark: 'dark' },
  themeSwitch: (theme) => `Theme: ${theme}`,
  languageSwitch: 'Language',
  skip: { chart: 'Skip to chart', sources: 'Skip to data sources' },
  begins: (when) => `starts at ${when} local time`,
};
