import type { Direction } from './mood.ts';

type Texts = readonly [string, ...string[]];

/** Titles by direction, with `{names}` of figures and of lists of words. */
export interface Language {
  readonly titles: Readonly<Record<Direction, Texts>>;
  /** Not about Bitcoin or the market as a whole, so that they have no part in the sentiment. */
  readonly asides: Texts;
  readonly words: Readonly<Record<string, Texts>>;
}

export const ENGLISH: Language = {
  titles: {
    surge: [
      '{coin} soars {change} to {price} as buyers rush in',
      '{coin} rallies past {floor} on {tailwind}',
      '{coin} jumps {change} in a day, lifted by {tailwind}',
      'Crypto market surges as bitcoin breaks above {floor}',
      'Bitcoin bulls cheer as {tailwind} push price to {price}',
      'Euphoria in {place}: crypto traders celebrate bitcoin rally',
    ],
    rise: [
      '{coin} rises {change} to {price}',
      '{coin} climbs above {floor} on {tailwind}',
      '{coin} gains as {tailwind} return',
      'Traders turn optimistic on bitcoin near {price}',
      '{investor} buys more bitcoin at {price}',
      'Bitcoin miners in {place} post higher profits',
      '{place} welcomes bitcoin payments as adoption grows',
      'Crypto market recovers, helped by {tailwind}',
    ],
    flat: [
      '{coin} trades near {price} before {event}',
      '{coin} moves sideways as traders wait for {event}',
      'Bitcoin little changed at {price}',
      'What to watch in bitcoin this week: {event}',
      '{investor} publishes its yearly report on bitcoin',
      'Bitcoin miners in {place} move to new machines',
      'Crypto exchange in {place} changes its opening hours',
      'Poll: readers in {place} are split over bitcoin',
    ],
    fall: [
      '{coin} slips {change} to {price}',
      '{coin} falls below {ceiling} on {headwind}',
      '{coin} drops as {headwind} weigh on market',
      'Traders turn cautious on bitcoin near {price}',
      '{investor} sells part of its bitcoin',
      'Bitcoin miners in {place} report losses',
      'Crypto market weakens over {headwind}',
      '{place} delays bitcoin law, market disappointed',
    ],
    plunge: [
      '{coin} plunges {change} to {price} amid {headwind}',
      '{coin} crashes below {ceiling} as {headwind} hit market',
      'Fear grips crypto market as bitcoin tumbles to {price}',
      'Bitcoin sell-off deepens on {headwind}',
      'Crypto traders in {place} panic as bitcoin sinks',
      'Bitcoin longs liquidated as price slumps below {ceiling}',
    ],
  },
  asides: [
    'Dogecoin fans open a museum in {place}',
    'Ethereum developers in {place} rename a test network',
    'NFT collection of garden gnomes goes on tour',
    'Solana hackathon draws a crowd in {place}',
  ],
  words: {
    coin: ['Bitcoin', 'BTC', 'Bitcoin price'],
    place: ['Atlantis', 'Ruritania', 'Freedonia', 'Utopia', 'El Dorado', 'Lilliput'],
    investor: ['Acme Treasury', 'Old Oak Capital', 'Gnome & Sons', 'Penguin Pension Fund'],
    tailwind: ['ETF inflows', 'rate-cut hopes', 'spot purchases', 'record volumes', 'bullish bets'],
    headwind: [
      'ETF outflows',
      'rate worries',
      'thin volumes',
      'liquidations',
      'hacking fears',
      'ban rumours',
    ],
    event: ['the Fed decision', 'inflation data', 'the options expiry', 'the weekend', 'the jobs report'],
  },
};

/** The scorer reads English. Of these, it sees that those with `BTC` are about the market, and no more. */
export const CHINESE: Language = {
  titles: {
    surge: [
      'BTC 单日大涨 {change}，升破 {floor}',
      'BTC 强势突破 {floor}，{tailwind}',
      '比特币飙升至 {price}，{place}投资者欢庆',
    ],
    rise: [
      'BTC 上涨 {change}，报 {price}',
      'BTC 站上 {floor}，{tailwind}',
      '比特币回暖，{place}矿工收入增加',
    ],
    flat: ['BTC 在 {price}附近震荡', 'BTC 横盘，市场等待{event}', '{place}就比特币支付展开讨论'],
    fall: ['BTC 下跌 {change}，报 {price}', 'BTC 失守 {ceiling}，{headwind}', '比特币走弱，{place}矿工减产'],
    plunge: [
      'BTC 暴跌 {change}，跌破 {ceiling}',
      'BTC 急挫至 {price}，{headwind}',
      '恐慌蔓延，比特币大幅跳水，{place}投资者撤离',
    ],
  },
  asides: ['{place}举办狗狗币博物馆展览', '花园小矮人 NFT 开始巡展'],
  words: {
    place: ['亚特兰蒂斯', '桃花源', '乌托邦', '蓬莱', '小人国'],
    tailwind: ['资金持续流入', '降息预期升温', '买盘踊跃', '成交量创新高'],
    headwind: ['资金持续流出', '加息担忧升温', '买盘低迷', '多头遭强制平仓'],
    event: ['美联储决议', '通胀数据', '期权交割', '周末行情'],
  },
};
