import type { HorizonAnswer, TrackRecordAnswer } from '../feed/track-record.ts';

type Horizon = HorizonAnswer['horizon'];

/** A difference in points: hundredths of a share. */
export interface Points {
  readonly value: string;
  readonly low: string;
  readonly high: string;
}

/** The text of the record, which is loaded with its panel. */
export interface RecordWords {
  readonly after: string;
  readonly horizons: Readonly<Record<Horizon, string>>;
  readonly lit: string;
  readonly others: string;
  readonly difference: string;
  readonly tooFew: string;
  readonly noVariation: string;
  /** A difference with its interval, for the plot. */
  readonly points: (points: Points) => string;
  /** Above the plot: what is to the left and to the right of 0, where lit hours are not different. */
  readonly scale: readonly [less: string, more: string];
  readonly found: (finding: 'more_often' | 'less_often', list: readonly string[]) => string;
  readonly foundAt: (horizon: string, points: Points) => string;
  readonly none: string;
  readonly nothingYet: string;
  readonly partly: (horizons: readonly string[]) => string;
  readonly noInterval: (horizons: readonly string[]) => string;
  readonly simulated: string;
  readonly gap: string;
  readonly how: string;
  readonly method: readonly string[];
  readonly basis: (litHours: string, allHours: string, from: string, to: string) => string;
  readonly trouble: string;
}

const englishList = (texts: readonly string[]): string => new Intl.ListFormat('en-GB').format(texts);

const english: RecordWords = {
  after: 'Higher after',
  horizons: { '1h': '1 hour', '4h': '4 hours', '24h': '24 hours', '7d': '7 days' },
  lit: 'Lit',
  others: 'Not lit',
  difference: 'Difference in points',
  tooFew: 'not enough data',
  noVariation: 'no interval',
  points: ({ value, low, high }) => `${value} (${low} to ${high})`,
  scale: ['less often', 'more often'],
  found: (finding, list) =>
    `After lit hours, the price was higher ${finding === 'more_often' ? 'more' : 'less'} often than after other hours: ${list.join('; ')}.`,
  foundAt: (horizon, { value, low, high }) =>
    `${horizon} later (${value} points, interval ${low} to ${high})`,
  none: 'No difference was found in how often the price was higher after lit hours.',
  nothingYet: 'Not enough data to tell.',
  partly: (horizons) => `Not enough data to tell for ${englishList(horizons)}.`,
  noInterval: (horizons) =>
    `No interval can be computed for ${englishList(horizons)}, because the difference does not vary.`,
  simulated: 'This is simulated data and says nothing about Bitcoin.',
  gap: ' ',
  how: 'How this is computed',
  method: [
    'The table shows how often the price was higher some time after an hour than at its end, for lit hours and for hours that were not. The answer at the end of an hour decides whether it was lit. That answer uses only data up to then, though some of it may have been filled in later.',
    'The dot is the difference between the two. The thick line is its 95 % interval, from a block bootstrap, which keeps neighbouring hours together because they share most of their data. The thin line is longer, so that in 95 % of cases all four thin lines contain the true difference. A difference counts only if its thin line does not touch 0.',
    'A past difference may not last. Fees and spreads are not considered.',
  ],
  basis: (litHours, allHours, from, to) => `${litHours} lit of ${allHours} hours, from ${from} to ${to}.`,
  trouble: 'The track record is currently unavailable.',
};

const chinese: RecordWords = {
  after: '上涨比例',
  horizons: { '1h': '1 小时后', '4h': '4 小时后', '24h': '24 小时后', '7d': '7 天后' },
  lit: '火了',
  others: '没火',
  difference: '差异（百分点）',
  tooFew: '数据不足',
  noVariation: '无区间',
  points: ({ value, low, high }) => `${value}（${low} 至 ${high}）`,
  scale: ['较低', '较高'],
  found: (finding, list) =>
    `与其他时段相比，“火了”之后价格上涨的比例更${finding === 'more_often' ? '高' : '低'}：${list.join('；')}。`,
  foundAt: (horizon, { value, low, high }) => `${horizon}（相差 ${value} 个百分点，区间 ${low} 至 ${high}）`,
  none: '未发现“火了”之后价格上涨的比例与其他时段有差异。',
  nothingYet: '数据不足，无法判断。',
  partly: (horizons) => `${horizons.join('、')}的涨跌数据不足，无法判断。`,
  noInterval: (horizons) => `${horizons.join('、')}的差异始终相同，无法计算区间。`,
  simulated: '这是模拟数据，与真实的比特币无关。',
  gap: '',
  how: '计算方法',
  method: [
    '表中按“火了”和“没火”的小时分别统计：小时结束后再过一段时间，价格高于结束时的占多大比例。一个小时是否“火了”，以其结束时的答案为准；该答案只使用时间不晚于当时的数据，不过其中有些可能是后来补上的。',
    '圆点是两个比例之差。粗线是它的 95% 置信区间，由分块自助法（block bootstrap）算出：相邻的小时共用大部分数据，因此总是一起抽取。细线更长，这样，四条细线同时包含各自真实差异的概率为 95%。只有细线不触及 0，才算有差异。',
    '过去的差异不一定会持续。计算未考虑手续费和买卖价差。',
  ],
  basis: (litHours, allHours, from, to) =>
    `${from}至${to}，共 ${allHours} 小时，其中 ${litHours} 小时“火了”。`,
  trouble: '暂时无法获取历史表现。',
};

/** @param code the page's language. */
export const recordWords = (code: string): RecordWords => (code.startsWith('zh') ? chinese : english);

const HUNDRED = 100;

const written = (code: string) => {
  const { format } = new Intl.NumberFormat(code, {
    signDisplay: 'exceptZero',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  // A hyphen is too short beside a plus sign, so use a real minus.
  return (share: number): string => format(HUNDRED * share).replace('-', '−');
};

/** @param joint whether the interval is the wider one. */
export function pointsOf(
  code: string,
  { higher, interval, joint_interval: joint }: NonNullable<HorizonAnswer['difference']>,
  isJoint: boolean,
): Points {
  const write = written(code);
  const { low, high } = isJoint ? joint : interval;
  return { value: write(higher), low: write(low), high: write(high) };
}

/** What the record says, in a language. */
export function conclusionIn(code: string, { horizons, source }: TrackRecordAnswer): string {
  const words = recordWords(code);
  const having = (finding: HorizonAnswer['finding']) => horizons.filter((one) => one.finding === finding);
  const few = having('too_few');
  const sentences: string[] = [];
  for (const finding of ['more_often', 'less_often'] as const) {
    const list = having(finding).flatMap(({ horizon, difference }) =>
      difference ? [words.foundAt(words.horizons[horizon], pointsOf(code, difference, true))] : [],
    );
    if (list.length > 0) sentences.push(words.found(finding, list));
  }
  if (few.length === horizons.length) sentences.push(words.nothingYet);
  else {
    if (sentences.length === 0 && having('no_different').length > 0) sentences.push(words.none);
    if (few.length > 0) sentences.push(words.partly(few.map(({ horizon }) => words.horizons[horizon])));
  }
  const same = having('no_variation');
  if (same.length > 0) sentences.push(words.noInterval(same.map(({ horizon }) => words.horizons[horizon])));
  if (source === 'simulated') sentences.push(words.simulated);
  return sentences.join(words.gap);
}
