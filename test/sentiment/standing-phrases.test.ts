import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAboutMarket } from '../../src/sentiment/about-market.ts';
import { score } from '../../src/sentiment/score.ts';

function sided(label: 'positive' | 'negative', headlines: readonly string[]): void {
  for (const headline of headlines) {
    const { label: found, because } = score(headline);
    assert.equal(found, label, `${headline} ${JSON.stringify(because)}`);
  }
}

test('a losing streak that ends is good news, however it is worded', () => {
  sided('positive', [
    'Bitcoin ETFs snap six-day losing streak',
    'Bitcoin ETFs end six-day losing streak',
    'Bitcoin breaks 7-day losing streak',
    'Bitcoin halts longest losing streak in months',
    'Bitcoin finally snaps its longest-ever losing streak',
    'Miners’ stocks snap ten-day losing run',
    'Losing streak over: Bitcoin closes the week in green',
    'Six-day losing streak for Bitcoin ETFs ends',
    'Bitcoin ends run of four weekly losses',
    'Crypto market ends three-week slide',
    'BTC snaps 5-day skid',
    'XRP breaks out of week-long slump',
    'Bitcoin’s red streak is over',
  ]);
});

test('an outflow streak that ends is good news', () => {
  sided('positive', [
    'Spot Bitcoin ETFs snap 3-day outflow streak',
    'Ether ETFs break 9-day run of net outflows',
    'Outflow streak at Bitcoin ETFs ends at eight days',
    'Crypto funds halt five-week streak of redemptions',
    'Bitcoin funds end month-long outflow streak',
    'US Bitcoin ETFs stop six-day streak of withdrawals',
    'Ether funds reverse 4-week run of outflows',
    'Solana ETFs see outflow streak broken',
    'Grayscale’s 20-day outflow streak comes to an end',
    'Crypto funds bust nine-session outflow streak',
    'Bitcoin ETFs cut outflow streak short with $90M day',
  ]);
});

test('an inflow or winning streak that ends is bad news, and one that goes on is not', () => {
  sided('negative', [
    'Bitcoin ETFs snap eight-day inflow streak',
    'Bitcoin ETFs’ 12-day inflow streak snapped',
    'Spot Ether ETFs break record 19-day streak of inflows',
    'Bitcoin ends seven-week win streak',
    'Ether’s ten-week winning streak is over',
    'Bitcoin halts five-day rally',
    'Dogecoin snaps four-day rally',
    'Ether sees end of 7-day inflow streak',
    'MicroStrategy shares end eight-day winning run',
    'Crypto funds’ run of inflows ends with $200M exit',
    'Bitcoin’s winning streak stops at eight days',
    'Bitcoin extends losing streak to eight days',
    'Bitcoin ends week on a six-day losing streak',
  ]);
  sided('positive', [
    'Spot Bitcoin ETFs extend inflow streak to 12 days',
    'Bitcoin stretches winning run to nine days',
    'Bitcoin ends week on a six-day winning streak',
  ]);
});

test('a short squeeze is good news, whatever it liquidates', () => {
  sided('positive', [
    'Short squeeze liquidates $500M as Bitcoin tops $100K',
    'Short squeeze liquidates $220M in bearish bets',
    'Short squeeze wipes out $90M',
    'Short squeeze sends Bitcoin to $75K',
    'Squeeze on short sellers pushes Bitcoin up 6%',
    'Short sellers squeezed as Bitcoin tops $90K',
    'Bitcoin squeezes shorts above $65,000',
    'Shorts get squeezed for $90 million',
    'Bears caught in a squeeze as Bitcoin soars',
    'Short squeeze lifts Ether past $4,000',
    'Short squeeze in Solana liquidates $40 million',
  ]);
  sided('negative', [
    'Long squeeze liquidates $150M in bullish bets',
    'Long squeeze sends Bitcoin under $55K',
  ]);
});

test('the side that is liquidated decides the meaning', () => {
  sided('positive', [
    'Over $300M in short positions wiped out',
    'Nearly $1B in crypto shorts rekt',
    '$95M in shorts gone as Bitcoin spikes',
    'Ether rally torches $130M in short positions',
    'Bitcoin jump wipes out $400M in short positions',
    'Leveraged shorts flushed out in Bitcoin rebound',
    'Surprise rally liquidates $310 million of leveraged shorts',
    'Short sellers lose $420M in Bitcoin surge',
    '$1.2B worth of bearish positions wiped out in a day',
    'Liquidation of $300M in shorts lifts Bitcoin',
    'Trader’s massive Bitcoin short wiped out',
    'Bears rekt as Bitcoin jumps $5K in an hour',
  ]);
  sided('negative', [
    'Over $300M in long positions wiped out',
    'Nearly $1B in crypto longs rekt',
    'Ether drop torches $130M in long positions',
    'Leveraged longs flushed out in Bitcoin slide',
    'Surprise drop liquidates $310 million of leveraged longs',
    'Bulls lose $420M in Bitcoin slide',
    '$1.2B worth of bullish positions wiped out in a day',
    'Liquidation of $300M in longs drags Bitcoin down',
    'Leverage wiped out as Bitcoin falls 8%',
    'Bulls rekt as Bitcoin falls $5K in an hour',
    'Short sellers circle MicroStrategy',
  ]);
});

test('a denial reverses what is denied', () => {
  sided('positive', [
    'Bitcoin won’t crash, says analyst',
    'Bitcoin isn’t dead, says fund manager',
    'Crypto is not going away, says commissioner',
    'Don’t panic: Bitcoin will recover',
    'Bitcoin is not a bubble, says economist',
    'Tether has no exposure to failed bank',
    'Bitcoin never going to crash below $50K, says bull',
    'Crypto winter won’t return, says investor',
    'No sign of panic selling among Bitcoin holders',
    'Regulator says it will not ban crypto',
    'Death cross fails to dent Bitcoin rally',
  ]);
  sided('negative', [
    'Bitcoin rally won’t last, says strategist',
    'Bitcoin won’t recover this year, says strategist',
    'Exchange fails to get lawsuit thrown out',
    'Court rejects founder’s bid to toss charges',
  ]);
});

test('a restriction or case that is lifted or dropped is good news, and one that is imposed or filed is bad', () => {
  sided('positive', [
    'Korea’s ban on institutional crypto trading lifted',
    'Bank lifts daily limit on crypto transfers',
    'Kenya drops 3% digital asset tax',
    'Brazil shelves plan to tax crypto',
    'UK regulator lifts ban on crypto notes',
    'Charges against mixer developer dropped',
    'SEC abandons case against Kraken',
    'Lawsuit against Binance dropped',
    'Class action against exchange collapses',
    'Parliament votes down crypto ban',
  ]);
  sided('negative', [
    'Kosovo imposes mining ban amid energy crisis',
    'Bank caps crypto purchases at $5,000 a month',
    'SEC refiles case against Kraken',
    'Regulators open probe of Circle',
    'Court upholds ban on crypto ads',
    'Exchange imposes withdrawal limits',
    'Prosecutors file new charges against founder',
    'Thailand tightens limits on retail crypto investments',
    'Russia extends mining ban to six more regions',
    'State moves to tax miners’ electricity',
    'Proposal to limit Bitcoin mining advances',
  ]);
});

test('a streak whose end is denied goes on', () => {
  sided('negative', [
    'Bitcoin’s losing streak isn’t over',
    'Losing streak not over yet for Ether',
    'Outflow streak won’t end soon, says analyst',
    'Ether’s losing streak has yet to end',
  ]);
  sided('positive', ['Bitcoin ETFs’ inflow streak isn’t over']);
});

test('an “over” at the end, and outflows that stop, reverse what precedes them', () => {
  sided('positive', [
    'Bitcoin sell-off over, says JPMorgan',
    'Sell-off over: Bitcoin reclaims $90K',
    'Outflows from Bitcoin ETFs finally stop after eight days',
    'Ether fund outflows halt',
  ]);
  sided('negative', ['Bitcoin bull run over, says CryptoQuant CEO', 'Bitcoin rally over, says analyst']);
  for (const headline of ['Election over, crypto looks ahead', 'Exchange hands customer data over'])
    assert.equal(score(headline).score, 0, headline);
  sided('negative', ['Regulator orders exchange to stop lending']);
});

test('a ban that is rejected or vetoed is good news; a person who is rejected is not', () => {
  sided('positive', [
    'Bitcoin mining ban rejected by EU parliament',
    'Crypto mining ban vetoed by governor',
    'Proposed Bitcoin tax rejected by lawmakers',
  ]);
  sided('negative', ['Bitcoin ETF rejected by SEC', 'Bitcoin rejected at $70K']);
});

test('a case that a regulator loses or drops is good news', () => {
  sided('positive', [
    'Court denies SEC appeal',
    'Judge rejects SEC’s appeal',
    'SEC won’t appeal Grayscale ruling',
    'SEC declines to appeal Ripple ruling',
    'Coinbase wins dismissal of lawsuit',
    'Kraken wins dismissal of SEC case',
  ]);
  sided('positive', ['SEC pauses case against Binance', 'Anti-crypto senator loses seat']);
  sided('negative', [
    'Court denies Coinbase appeal',
    'SEC appeals Ripple ruling',
    'Judge denies bid to dismiss Tornado Cash case',
    'Court rejects Kraken’s motion to dismiss',
    'Anti-crypto senator wins reelection',
  ]);
});

test('a rally that fizzles is no rally, and a slump that is left is over', () => {
  sided('negative', [
    'Bitcoin rally fizzles out before $70K',
    'Ether rally fizzles on weak volume',
    'Crypto rally peters out',
  ]);
  sided('positive', ['Bitcoin snaps out of slump', 'Bitcoin breaks out of downtrend']);
});

test('the seller, or the owner of the positions, decides the meaning', () => {
  sided('negative', [
    'Miners start selling Bitcoin',
    'Long-term holders start selling Bitcoin',
    'Over $1B in leveraged positions wiped out',
    'Leveraged traders wiped out in flash crash',
    'Exchange suffers $300M in losses',
    'Whale opens $100M Bitcoin short',
  ]);
  sided('positive', [
    'Bank starts selling Bitcoin to clients',
    'Shorts suffer $300M in losses',
    'Bears suffer heavy losses',
    'Fear of missing out drives Bitcoin higher',
    'Strategy says it will never sell its Bitcoin',
    'Tesla didn’t sell any Bitcoin last quarter',
  ]);
});

test('a compound that only contains the name of a restriction is none', () => {
  for (const headline of [
    'Crypto market cap dropped 5% overnight',
    'Bitcoin drops below $1 trillion market cap',
    'Exchange drops order book support',
  ])
    assert.notEqual(score(headline).label, 'positive', headline);
  for (const headline of ['Ripple opens new use case for XRP', 'Senate passes crypto tax break'])
    assert.notEqual(score(headline).label, 'negative', headline);
});

test('spans, amounts and names may stand between the words of a phrase', () => {
  sided('positive', [
    'Fund wins long-awaited Hong Kong approval',
    'Bitcoin reclaims key $100K support',
    'Exchange resumes all Ether withdrawals',
  ]);
  sided('negative', [
    'Bitcoin loses key $60K support',
    'Investors pull $900 million from Bitcoin ETFs',
    'Exchange freezes some $40M in customer withdrawals',
  ]);
});

/** Each has the score that it has without the name of its publisher. */
const PUBLISHED: readonly (readonly [published: string, title: string, feed?: string])[] = [
  ['Bitcoin price climbs above $100K | Bloomberg Crash Course', 'Bitcoin price climbs above $100K'],
  ['Bitcoin price climbs above $100K | CNBC Panic Room', 'Bitcoin price climbs above $100K'],
  ['Bitcoin price climbs above $100K - Crypto News', 'Bitcoin price climbs above $100K'],
  ['Bitcoin price climbs above $100K – The Motley Fool', 'Bitcoin price climbs above $100K'],
  ['Bitcoin price climbs above $100K — Fortune Crypto', 'Bitcoin price climbs above $100K'],
  ['Bitcoin price climbs above $100K: Reuters', 'Bitcoin price climbs above $100K'],
  ['Reuters: Bitcoin price climbs above $100K', 'Bitcoin price climbs above $100K'],
  ['Bitcoin price climbs above $100K | Opinion | Forbes', 'Bitcoin price climbs above $100K | Opinion'],
  ['Bitcoin price climbs above $100K - bitcoincrash.example', 'Bitcoin price climbs above $100K'],
  ['Bitcoin price climbs above $100K - Crash Daily', 'Bitcoin price climbs above $100K', 'Crash Daily'],
  [
    'Bitcoin price climbs above $100K | Crash Daily',
    'Bitcoin price climbs above $100K',
    'crashdaily.example',
  ],
  ['Crash Daily: Bitcoin climbs above $100K', 'Bitcoin climbs above $100K', 'www.crash-daily.example'],
  ['Token slides on rug fears - The Defiant', 'Token slides on rug fears'],
];

test('the name of a publisher is not scored', () => {
  for (const [published, title, feed] of PUBLISHED)
    assert.equal(score(published, feed ? { feed } : {}).score, score(title).score, published);
  assert.ok(!isAboutMarket('Apple Reports Record Revenue - Bitcoin Magazine'));
  assert.ok(!isAboutMarket('Apple Reports Record Revenue | Bitcoin Today', { feed: 'Bitcoin Today' }));
});

test('names that look like news words are not scored', () => {
  for (const [named, plain] of [
    ['Crypto czar David Sacks to speak at Vegas event', 'Crypto czar Jane Miller to speak at Vegas event'],
    ['Bill needs work, Sacks says', 'Bill needs work, Miller says'],
    ['Decrypt merges newsroom with Rug Radio', 'Decrypt merges newsroom with Blue Radio'],
    ['Hack VC leads round in Monad', 'Blue VC leads round in Monad'],
    ['Exodus Movement to move its shares', 'Miller Movement to move its shares'],
  ] as const)
    assert.equal(score(named).score, score(plain).score, named);
});

test('text that only looks like a publisher is scored', () => {
  const { score: plain = 0 } = score('Bitcoin slides');
  for (const title of ['Bitcoin slides - Bloomberg warns of crash', 'Bitcoin slides: analysts warn of crash'])
    assert.ok((score(title).score ?? 0) < plain, title);
  for (const title of [
    'Bitcoin slides | Time to panic?',
    'Bitcoin slides | Insider trading probe widens',
    'Bitcoin slides | Fortune lost in hack',
    'Bitcoin slides | Exchange hacked by insider',
  ])
    assert.notEqual(score(title).score, score('Bitcoin slides').score, title);
  for (const title of [
    'Bitcoin slides | Fortune Crypto',
    'Bitcoin slides | The Block',
    'Bitcoin slides | Time',
  ])
    assert.equal(score(title).score, score('Bitcoin slides').score, title);
  assert.equal(score('Bloomberg').score, 0);
  assert.notEqual(
    score('Crash Daily: Bitcoin climbs above $100K').score,
    score('Bitcoin climbs above $100K').score,
  );
});
