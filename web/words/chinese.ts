import type { Direction } from '../../src/domain/direction.ts';
import type { Words } from './words.ts';

const count = (number: number): string => number.toLocaleString('zh-CN');

const PRICE: Readonly<Record<Direction, string>> = {
  rising: '价格上涨',
  falling: '价格下跌',
  flat: '价格持平',
  unknown: '价格数据不足',
};
const SENTIMENT: Readonly<Record<Direction, string>> = {
  rising: '情绪上升',
  falling: '情绪下降',
  flat: '情绪持平',
  unknown: '情绪数据不足',
};
const BOTH: Readonly<Record<Direction, string>> = {
  rising: '价格和情绪都在上升',
  falling: '价格和情绪都在下降',
  flat: '价格和情绪都持平',
  unknown: '价格和情绪数据都不足',
};

/** The index's publisher sends English labels. */
const FEAR: Readonly<Record<string, string>> = {
  'extreme fear': '极度恐惧',
  fear: '恐惧',
  neutral: '中性',
  greed: '贪婪',
  'extreme greed': '极度贪婪',
};

const trend = (price: Direction, sentiment: Direction): string =>
  price === sentiment ? BOTH[price] : `${PRICE[price]}，${SENTIMENT[sentiment]}`;

export const chinese: Words = {
  code: 'zh-CN',
  name: '中文',
  question: '比特币火了吗？',
  verdict: {
    lit: '火了',
    'not-lit': '没火',
    'was-lit': '当时火了',
    'was-not-lit': '当时没火',
    unknown: '数据不足',
    empty: '暂无数据',
    asking: '…',
  },
  heading: {
    lit: '比特币火了',
    'not-lit': '比特币没火',
    'was-lit': '比特币当时火了',
    'was-not-lit': '比特币当时没火',
    unknown: '数据不足，无法判断',
    empty: '暂无数据',
    asking: '加载中',
  },
  trend: (price, sentiment) => `${trend(price, sentiment)}。`,
  pastTrend: (when, price, sentiment) => `截至 ${when}，${trend(price, sentiment)}。`,
  bothRise: '最近三个小时，价格和情绪都上升了。',
  needsBoth: '三个小时里两者都上升，才算“火了”。',
  needsTwo: '价格和情绪都至少需要两个小时的数据。',
  notEnoughData: '数据不足，无法判断。',
  gap: '',
  endedLit: (hours) =>
    hours === 1 ? '上一小时结束时也“火了”。' : `此前连续 ${hours} 个小时，每小时结束时都“火了”。`,
  lastEndedLit: (ago) => `最近一个“火了”的小时：${ago}结束。`,
  asking: '正在加载…',
  empty: '正在等待数据，答案会自动显示在这里。',
  unreachable: {
    sentence: (number) =>
      number === 1
        ? '服务正在运行，但无法连接数据来源。'
        : `服务正在运行，但 ${number} 个数据来源都无法连接。`,
    title: '如何解决',
    steps: [
      '如果需要通过代理上网，请将 `HTTPS_PROXY` 设为代理地址，然后重启服务。',
      '如果有防火墙，请允许运行本服务的机器通过 HTTPS（443 端口）访问下方列出的数据来源。',
      '在服务所在的目录中运行 `npx is-bitcoin-lit doctor`，可查看每个数据来源出了什么问题。',
    ],
  },
  hours: '最近三个小时的平均值',
  averages: '每小时均值',
  price: '价格',
  sentiment: '情绪',
  sentimentScale: '新闻情绪：−1（悲观）至 +1（乐观）',
  direction: {
    price: { rising: '上涨', falling: '下跌', flat: '持平', unknown: '未知' },
    sentiment: { rising: '上升', falling: '下降', flat: '持平', unknown: '未知' },
  },
  soFar: '现在',
  noValue: '无数据',
  age: '更新时间',
  from: '数据来源',
  basis: '样本数',
  origin: {
    live: '交易所和新闻源',
    senticrypt: 'SentiCrypt',
    simulated: '模拟行情',
  },
  places: ([exchanges, allVenues], [feeds, allFeeds]) =>
    `交易所 ${exchanges}/${allVenues}，新闻源 ${feeds}/${allFeeds}`,
  samples: (prices, sentiments) => `价格 ${count(prices)} 条，情绪 ${count(sentiments)} 条`,
  running: '本小时尚未结束',
  wasRunning: '最后一小时数据不完整',
  notice: '仅供学习和娱乐，不构成投资建议。',
  notices: {
    simulated: '模拟数据：行情由程序生成，并非真实行情。',
    stale: (since) => `数据已过时：最新数据来自 ${since}。`,
    lost: (since) => `连接已于 ${since} 中断，正在自动重连。`,
    failing: (names, more) =>
      `部分数据来源出现故障：${names.join('、')}${more > 0 ? `等 ${count(names.length + more)} 个` : ''}。`,
    unreachable: '所有数据来源都无法连接。',
  },
  connection: {
    connecting: '连接中',
    live: '实时',
    polling: '每 30 秒更新一次',
    lost: '已断开',
    paused: '已暂停',
  },
  connected: '已连接',
  old: '数据已过时',
  chart: {
    title: '价格与情绪',
    ranges: {
      '3h': { short: '3小时', long: '3 小时' },
      '24h': { short: '24小时', long: '24 小时' },
      '7d': { short: '7天', long: '7 天' },
      '30d': { short: '30天', long: '30 天' },
      '1y': { short: '1年', long: '1 年' },
      all: { short: '全部', long: '全部' },
    },
    range: '时间范围',
    zoomIn: '放大',
    zoomOut: '缩小',
    now: '回到现在',
    bucket: {
      '30s': '30 秒均值',
      '1m': '每分钟均值',
      '5m': '5 分钟均值',
      '15m': '15 分钟均值',
      '1h': '每小时均值',
      '4h': '4 小时均值',
      '1d': '每日均值（UTC）',
      '1w': '每周均值（UTC）',
    },
    keys: '按方向键查看数值，按 Shift+方向键移动图表；按加号或减号缩放，按 Home 或 End 跳到开头或末尾。下方表格提供相同的数据。',
    nothing: '该时间范围内没有数据。',
    showAll: '显示全部数据',
    trouble: '暂时无法获取历史数据。',
    again: '重试',
    incomplete: '尚未结束',
    asTable: '以表格查看',
    table: '数据表格',
    columns: { time: '起始时间', price: '价格', span: '最低–最高', sentiment: '情绪', samples: '样本数' },
    lit: '底色表示“火了”的时段',
    attribution: '图表由 TradingView Lightweight Charts 提供',
  },
  sources: {
    title: '数据来源',
    exchanges: '交易所',
    feeds: '新闻源',
    state: { ok: '正常', resting: '暂不访问', failing: '故障' },
    since: (when) => `自 ${when} 起`,
    headlines: (number) => `${count(number)} 条标题`,
    madeUp: '以下来源均为虚构，价格和新闻由程序生成，无需联网即可试用本服务。',
    relayed: '价格和情绪均来自 SentiCrypt v1。',
    trouble: '暂时无法获取数据来源的状态。',
  },
  headlines: {
    title: '计入情绪的新闻标题',
    lead: (value, number) =>
      `当前情绪为 ${value}，由 ${count(number)} 条标题加权平均得出；标题越新，权重越大。`,
    label: { positive: '利好', neutral: '中性', negative: '利空' },
    noWord: '没有可打分的词语',
    more: (number) => `再显示 ${number} 条`,
    less: '收起',
    none: '暂无与市场有关的标题。',
  },
  fear: (value, label) =>
    `恐惧与贪婪指数：${value}/100（${FEAR[label.toLowerCase()] ?? label}）。仅供参考，不影响答案。`,
  by: '来源：',
  brackets: ['（', '）'],
  api: {
    title: '通过 API 获取数据',
    lead: '本页的所有内容都可以通过 API 获取，无需密钥。',
    copy: '复制',
    copied: '已复制',
    docs: 'API 文档',
    stream: '实时数据流',
    history: '历史数据（CSV）',
  },
  record: '历史表现',
  what: {
    title: '关于本页',
    text: [
      '本服务按小时计算两个平均值：比特币的美元价格和相关新闻的情绪。在最近三个小时里，如果最后一小时的价格和情绪都高于第一小时，比特币就“火了”。仅此而已。',
      '仅供学习和娱乐。本服务与各数据来源没有任何关联，不保证数据准确，所示内容也不构成投资建议。',
    ],
  },
  theme: { auto: '跟随系统', light: '浅色', dark: '深色' },
  themeSwitch: (theme) => `主题：${theme}`,
  languageSwitch: '语言',
  skip: { chart: '跳到图表', sources: '跳到数据来源' },
  begins: (when) => `本地时间 ${when} 起`,
};
