import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../src/news/feeds/parse.ts';
import { joinSurrogates, plainTitle, storyOf } from '../../../src/news/feeds/titles.ts';

test('a title is one bounded line of plain text', () => {
  assert.equal(plainTitle('  Bitcoin\n\t <b>soars</b><br/>again '), 'Bitcoin soars again');
  assert.equal(plainTitle('<img src=x onerror="alert(1)">Bitcoin<script>x</script>'), 'Bitcoinx');
  assert.equal(plainTitle('Bitcoin <$50k and >$40k, 1 < 2'), 'Bitcoin <$50k and >$40k, 1 < 2');
  assert.equal(plainTitle('Bitcoin\u0000 \u202egnp.exe\u001b[31m'), 'Bitcoin gnp.exe[31m');
  assert.equal(plainTitle('\u061c\u200fBitcoin \u2067up\u2069'), 'Bitcoin up');
  assert.equal(
    plainTitle('🚀'.repeat(5000)).length,
    599,
    '299 of two units each, and the mark of what is gone',
  );
  assert.ok(plainTitle('🚀'.repeat(5000)).isWellFormed());
  assert.ok(plainTitle(`x${'🚀'.repeat(5000)}`).isWellFormed());
});

/** Titles as they are after the decoding that their format calls for. */
const ESCAPED_TWICE = [
  [
    'Bitcoin&#8217;s rally isn&#x27;t over as bulls &quot;win&quot;',
    'Bitcoin’s rally isn\'t over as bulls "win"',
  ],
  ['Bitcoin&#8217;s slump deepens', 'Bitcoin’s slump deepens'],
  ['Bitcoin won&#39;t crash', "Bitcoin won't crash"],
  ['S&amp;P 500 and Bitcoin part', 'S&P 500 and Bitcoin part'],
  ['Bitcoin &amp; gold', 'Bitcoin & gold'],
  ['&ldquo;Bitcoin is back&rdquo; &mdash; analysts', '“Bitcoin is back” — analysts'],
  ['Bitcoin&nbsp;tops $100K&hellip;', 'Bitcoin tops $100K…'],
  ['Bit&shy;coin rises', 'Bitcoin rises'],
  ['El Salvador&apos;s Bitcoin bet', "El Salvador's Bitcoin bet"],
  ['Bitcoin &lt; $90K, gas &gt; 20 gwei', 'Bitcoin < $90K, gas > 20 gwei'],
  ['&lt;b&gt;Breaking:&lt;/b&gt; Bitcoin slides', 'Breaking: Bitcoin slides'],
  ['Tether&#146;s reserves', 'Tether’s reserves'],
  ['Bitcoin &#x1F680; again', 'Bitcoin 🚀 again'],
  ['Nayib Bukele: &iexcl;Viva Bitcoin!', 'Nayib Bukele: ¡Viva Bitcoin!'],
  ['Bitcoin &#\u200b8211; up', 'Bitcoin – up'],
  ['<a href="/bitcoin.html">Bitcoin&#8217;s slump</a>', 'Bitcoin’s slump'],
  ['Senate sets date for crypto bill&#8217;s markup', 'Senate sets date for crypto bill’s markup'],
  ['HTML5 wallet: Bitcoin&#8217;s new &quot;home&quot;', 'HTML5 wallet: Bitcoin’s new "home"'],
  [
    'XML is out &#8211;JSON is in, says Coinbase&#8217;s team',
    'XML is out –JSON is in, says Coinbase’s team',
  ],
  // Once more, and not again.
  ['How to write &amp;amp; in a title', 'How to write &amp; in a title'],
  ['Bitcoin&amp;#8217;s slump', 'Bitcoin&#8217;s slump'],
] as const;

/** Contents of an item's title as they stand in the XML of an RSS feed. */
const IN_XML = [
  [
    'Bitcoin&amp;#8217;s rally isn&amp;#x27;t over as bulls &amp;quot;win&amp;quot;',
    'Bitcoin’s rally isn\'t over as bulls "win"',
  ],
  ['<![CDATA[Bitcoin&amp;#8217;s slump deepens]]>', 'Bitcoin’s slump deepens'],
  ['<![CDATA[Bitcoin&#8217;s slump deepens]]>', 'Bitcoin’s slump deepens'],
  ['<![CDATA[Bitcoin&rsquo;s]]> slump &amp;amp; <![CDATA[gold&#39;s]]>', "Bitcoin’s slump & gold's"],
  ['AT&amp;amp;T buys Bitcoin', 'AT&T buys Bitcoin'],
  ['S&amp;amp;P 500 &amp;gt; Bitcoin', 'S&P 500 > Bitcoin'],
  ['BTC &amp;lt; $50K', 'BTC < $50K'],
  ['ETH&amp;#47;BTC ratio', 'ETH/BTC ratio'],
  ['&amp;lt;b&amp;gt;Bitcoin&amp;lt;/b&amp;gt; rises', 'Bitcoin rises'],
  ['Bitcoin &amp;#150; again', 'Bitcoin – again'],
  ['Bitcoin &amp;euro;90K &amp;hellip;', 'Bitcoin €90K …'],
  ['Bitcoin&#8217;s &amp;ldquo;halving&amp;rdquo;', 'Bitcoin’s “halving”'],
  ['<![CDATA[<b>Bitcoin</b> &amp;amp; gold < silver]]>', 'Bitcoin & gold < silver'],
  // Without its semicolon it may be none, and a third level is not decoded.
  ['Bitcoin&amp;#8217 rally', 'Bitcoin&#8217 rally'],
  ['Bitcoin&amp;amp;#8217;s slump', 'Bitcoin&#8217;s slump'],
] as const;

test('a title is decoded from the XML of its feed', () => {
  for (const [xml, title] of IN_XML) {
    const feed = `<rss version="2.0"><channel><title>x</title><item><title>${xml}</title><pubDate>Mon, 04 Aug 2025 09:35:33 GMT</pubDate></item></channel></rss>`;
    assert.equal(parse(feed, 'https://feed.example/rss').items[0]?.title, title, xml);
  }
});

/** What is no complete reference, or is what the title speaks of. */
const AS_THEY_ARE = [
  'AT&T buys Bitcoin',
  'R&D; the ledger',
  'Profit&loss at miners',
  'Bitcoin up &5; percent',
  '&unheardof; Bitcoin',
  'Why HTML needs &amp; and XML &apos;',
  'How an ampersand became &amp;',
  'What does “&amp;” mean?',
  'The feed that showed `&#8217;`',
] as const;

test('a title that was escaped twice is decoded again, and one about references is not', () => {
  for (const [title, plain] of ESCAPED_TWICE) assert.equal(plainTitle(title), plain);
  for (const title of AS_THEY_ARE) assert.equal(plainTitle(title), title);
});

test('references to two surrogates become one to the character', () => {
  for (const [text, joined] of [
    ['&#55357;&#56960; Bitcoin', '&#128640; Bitcoin'],
    ['&#xD83D;&#xde80; Bitcoin', '&#128640; Bitcoin'],
    ['&amp;#55357;&amp;#56960; Bitcoin', '&amp;#128640; Bitcoin'],
    ['&#12345;&#55357;&#56960;', '&#12345;&#128640;'],
    ['&#55357; &#56960;', '&#55357; &#56960;'],
    ['&#56960;&#55357;', '&#56960;&#55357;'],
  ] as const) {
    assert.equal(joinSurrogates(text), joined);
  }
});

const SAME = [
  ['Bitcoin Hits New All-Time High!', '🚀 BITCOIN hits new all time high 🚀'],
  ['“Bitcoin’s moment” has come', "Bitcoin's moment has come"],
  ['Bitcoin falls below $1,000 as ETFs bleed', 'Bitcoin falls below $1000, as ETFs bleed…'],
  ['Fed holds rates, Bitcoin jumps again - CoinDesk', 'Fed holds rates, Bitcoin jumps again | The Block'],
  ['Fed holds rates, Bitcoin jumps again', 'Fed holds rates, Bitcoin jumps again - decrypt.co'],
  ['Why Bitcoin rises again today - 99Bitcoins', 'Why Bitcoin rises again today'],
  ['U.S. regulators approve Bitcoin ETF', 'US regulators approve Bitcoin ETF'],
  ['Bitcoin ﬁnds a floor', 'Bitcoin finds a floor'],
] as const;

const OTHER = [
  ['Bitcoin +5% today', 'Bitcoin -5% today'],
  ['Bitcoin at 1.5 trillion', 'Bitcoin at 15 trillion'],
  [
    'Bitcoin falls again in Asia - analysts blame outflows',
    'Bitcoin falls again in Asia - miners blame hash rate',
  ],
  ['Bitcoin price prediction for today - January 5', 'Bitcoin price prediction for today - January 6'],
  ['Bitcoin - Bullish', 'Bitcoin - Bearish'],
  ['Биткоин растёт', 'Биткоин падает'],
] as const;

test('copies of a title are one story, whatever their case, punctuation, emoji or publisher', () => {
  for (const [one, other] of SAME) assert.equal(storyOf(one), storyOf(other));
  for (const [one, other] of OTHER) assert.notEqual(storyOf(one), storyOf(other));
  assert.equal(storyOf('🚀🚀 !!! …'), '');
});
