import { parser } from '@prometheus-io/lezer-promql';
import type { Scrape } from './scrape.ts';

interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

interface Expression {
  readonly isValid: boolean;
  /** Each metric that it reads, and the matchers that select its series. */
  readonly selectors: readonly { readonly metric: string; readonly matchers: readonly Matcher[] }[];
  /** The labels of `by`, `on` and similar clauses. */
  readonly groupings: readonly string[];
}

/** The labels that Prometheus adds to every series of a target. */
const TARGET_LABELS = ['job', 'instance'];
const UP = 'up';

/** Parses PromQL with Prometheus' own grammar. */
export function parseExpression(text: string): Expression {
  const { topNode } = parser.parse(text);
  let isValid = true;
  const selectors: { metric: string; matchers: Matcher[] }[] = [];
  const groupings: string[] = [];
  topNode.cursor().iterate((node) => {
    const children = (name: string) =>
      node.node.getChildren(name).map(({ from, to }) => text.slice(from, to));
    if (node.type.isError) isValid = false;
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
  return { isValid, selectors, groupings };
}

function matchesAny({ operator, value }: Matcher, values: readonly (string | undefined)[]): boolean {
  if (operator === '=') return values.includes(value);
  const pattern = new RegExp(`^(?:${value})$`);
  return operator !== '=~' || values.some((one) => one !== undefined && pattern.test(one));
}

/**
 * Describes each metric, label and value that an expression, or the text around it, uses and that no scrape contains.
 */
export function findUnknownNames(
  text: string,
  scrape: Scrape,
  labelsInWords: readonly string[] = [],
): string[] {
  const { isValid, selectors, groupings } = parseExpression(text);
  if (!isValid || selectors.length === 0) return [`cannot be parsed: ${text}`];
  const complaints: string[] = [];
  const known = new Set(TARGET_LABELS);
  let mayHaveMoreLabels = false;
  for (const { metric, matchers } of selectors) {
    const series = metric === UP ? [{}] : scrape.series.get(metric);
    if (!series) {
      complaints.push(`no metric ${metric}`);
      mayHaveMoreLabels = true;
      continue;
    }
    // A metric has no series until its event has happened.
    if (series.length === 0) mayHaveMoreLabels = true;
    for (const label of series.flatMap(Object.keys)) known.add(label);
    for (const matcher of matchers) {
      if (series.length === 0 || TARGET_LABELS.includes(matcher.label)) continue;
      const values = series.map((labels) => labels[matcher.label]).filter((value) => value !== undefined);
      if (values.length === 0) complaints.push(`no label ${matcher.label} of ${metric}`);
      else if (!matchesAny(matcher, values))
        complaints.push(`no ${matcher.label} ${matcher.value} of ${metric}`);
    }
  }
  const unknown = [...groupings, ...labelsInWords].filter((label) => !known.has(label) && !mayHaveMoreLabels);
  return [...complaints, ...unknown.map((label) => `no label ${label} in ${text}`)];
}
