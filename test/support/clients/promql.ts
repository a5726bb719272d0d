import { parser } from '@prometheus-io/lezer-promql';
import type { Scrape } from './scrape.ts';

interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

interface Expression {
  readonly isWhole: boolean;
  /** What it reads: each metric's name, and how its series are chosen. */
  readonly selectors: readonly { readonly metric: string; readonly matchers: readonly Matcher[] }[];
  /** The labels of `by`, `on` and the like. */
  readonly groupings: readonly string[];
}

/** What Prometheus itself knows of every target, and puts on every series. */
const OF_TARGETS = ['job', 'instance'];
const UP = 'up';

/** Reads PromQL by Prometheus' own grammar. */
export function parseExpression(text: string): Expression {
  const { topNode } = parser.parse(text);
  let isWhole = true;
  const selectors: { metric: string; matchers: Matcher[] }[] = [];
  const groupings: string[] = [];
  topNode.cursor().iterate((node) => {
    const children = (name: string) =>
      node.node.getChildren(name).map(({ from, to }) => text.slice(from, to));
    if (node.type.isError) isWhole = false;
    if (node.name === 'VectorSelector')
      selectors.push({ metric: children('Identifier')[0] ?? '', matchers: [] });
    if (node.name === 'GroupingLabels') groupings.push(...children('LabelName'));
    if (node.name === 'UnquotedLabelMatcher') {
      const [label = '', operator = '', value = ''] = ['LabelName', 'MatchOp', 'StringLiteral'].flatMap(
        children,
      );
      selectors.at(-1)?.matchers.push({ label, operator, value: value.slice(1, -1) });
    }
  });
  return { isWhole, selectors, groupings };
}

function isFound({ operator, value }: Matcher, values: readonly (string | undefined)[]): boolean {
  if (operator === '=') return values.includes(value);
  const pattern = new RegExp(`^(?:${value})$`);
  return operator !== '=~' || values.some((one) => one !== undefined && pattern.test(one));
}

/** What an expression, and the words around it, name that no scrape can have. */
export function complaintsOf(text: string, scrape: Scrape, labelsInWords: readonly string[] = []): string[] {
  const { isWhole, selectors, groupings } = parseExpression(text);
  if (!isWhole || selectors.length === 0) return [`cannot be read: ${text}`];
  const complaints: string[] = [];
  const known = new Set(OF_TARGETS);
  let mayHaveMore = false;
  for (const { metric, matchers } of selectors) {
    const series = metric === UP ? [{}] : scrape.series.get(metric);
    if (!series) {
      complaints.push(`no metric ${metric}`);
      mayHaveMore = true;
      continue;
    }
    // A metric whose events have not happened shows its name alone.
    if (series.length === 0) mayHaveMore = true;
    for (const label of series.flatMap(Object.keys)) known.add(label);
    for (const matcher of matchers) {
      if (series.length === 0 || OF_TARGETS.includes(matcher.label)) continue;
      const values = series.map((labels) => labels[matcher.label]).filter((value) => value !== undefined);
      if (values.length === 0) complaints.push(`no label ${matcher.label} of ${metric}`);
      else if (!isFound(matcher, values))
        complaints.push(`no ${matcher.label} ${matcher.value} of ${metric}`);
    }
  }
  const unknown = [...groupings, ...labelsInWords].filter((label) => !known.has(label) && !mayHaveMore);
  return [...complaints, ...unknown.map((label) => `no label ${label} in ${text}`)];
}
