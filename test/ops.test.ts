import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { findUnknownNames, parseExpression } from './support/clients/promql.ts';
import { parseScrape, type Scrape } from './support/clients/scrape.ts';
import { startTestService } from './support/processes/service.ts';
import { snapshot, startUpstream } from './support/upstreams/upstream.ts';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

const read = (name: string): string => readFileSync(new URL(`../ops/${name}`, import.meta.url), 'utf8');
const dashboard = JSON.parse(read('grafana-dashboard.json'));
const panels: readonly Panel[] = dashboard.panels;
const rules: readonly Rule[] = parse(read('alerts.yml')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);

/** As Grafana fills them in. */
const filledIn = (expression: string): string =>
  expression.replaceAll('$__rate_interval', '5m').replaceAll(/\$(job|instance)\b/g, '.*');

const labelsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, label = '']) => label);

/** The service after all that it counts has happened once. */
async function scrapeOf(t: TestContext): Promise<Scrape> {
  let now = Date.UTC(2026, 0, 1, 12);
  const upstream = await startUpstream(
    t,
    JSON.stringify([snapshot(now), snapshot(now), snapshot(now, -1), null]),
  );
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url, CACHE_TTL: '24h' }, () => now);
  await service.get();
  await service.post();
  await service.get();
  now += 3_600_000;
  await service.get();
  await service.get('/nothing');
  upstream.answer('no JSON');
  await service.post();
  return parseScrape(await (await service.get('/metrics')).text());
}

test('the dashboard asks only for what /metrics has', async (t) => {
  const scrape = await scrapeOf(t);
  const targets = panels.flatMap(({ targets = [] }) => targets);
  assert.ok(targets.length > 20, 'the panels were found');
  const complaints = targets.flatMap(({ expr, legendFormat }) =>
    findUnknownNames(filledIn(expr), scrape, labelsIn(legendFormat, /\{\{\s*(\w+)\s*\}\}/g)),
  );
  const variables: { definition: string }[] = dashboard.templating.list;
  for (const { definition } of variables) {
    const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
    complaints.push(...findUnknownNames(filledIn(series), scrape, [label]));
  }
  assert.deepEqual(complaints, []);
});

test('the dashboard shows every metric of the service itself', async (t) => {
  const scrape = await scrapeOf(t);
  const metrics = panels
    .flatMap(({ targets = [] }) => targets)
    .flatMap(({ expr }) => parseExpression(filledIn(expr)).selectors.map(({ metric }) => metric));
  const shown = new Set(metrics.flatMap((metric) => [metric, metric.replace(/_(bucket|sum|count)$/, '')]));
  const own = [...scrape.families].filter((name) => name.startsWith('is_bitcoin_lit_'));
  assert.ok(own.length >= 10, 'they were found');
  assert.deepEqual(
    own.filter((name) => !shown.has(name)),
    [],
  );
});

test('the dashboard can be imported: its source is asked for, its panels have a place each', () => {
  const [input] = dashboard.__inputs;
  assert.equal(input.pluginId, 'prometheus');
  const used = new Set(read('grafana-dashboard.json').match(/\$\{\w+\}/g));
  assert.deepEqual([...used], [`\${${input.name}}`]);
  assert.ok(dashboard.schemaVersion >= 39);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const [index, { title, gridPos: one }] of panels.entries()) {
    assert.ok(one.x + one.w <= 24, title);
    for (const { title: other, gridPos: two } of panels.slice(index + 1)) {
      const isApart =
        one.x + one.w <= two.x || two.x + two.w <= one.x || one.y + one.h <= two.y || two.y + two.h <= one.y;
      assert.ok(isApart, `${title} and ${other}`);
    }
  }
});

test('the alerts watch only what /metrics has', async (t) => {
  const scrape = await scrapeOf(t);
  assert.ok(rules.length > 10, 'the rules were found');
  const complaints = rules.flatMap(({ expr, annotations }) => {
    const words = `${annotations.summary} ${annotations.description}`;
    return findUnknownNames(expr, scrape, labelsIn(words, /\$labels\.(\w+)/g));
  });
  assert.deepEqual(complaints, []);
});

test('each alert waits, and says how bad it is, what it is and what to do', () => {
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const rule of rules) {
    assert.match(rule.for, /^\d+m$/, rule.alert);
    assert.match(rule.labels.severity, /^(critical|warning)$/, rule.alert);
    assert.ok(rule.annotations.summary.length > 10, rule.alert);
    assert.ok(rule.annotations.description.length > 40, rule.alert);
  }
});

test('what is not there, or is no expression, is found', async (t) => {
  const scrape = await scrapeOf(t);
  const wrong = {
    'is_bitcoin_lit_nothing > 1': /no metric is_bitcoin_lit_nothing/,
    'rate(is_bitcoin_lit_refresh_duration_seconds[5m])': /no metric/,
    'is_bitcoin_lit_refreshes_total{outcome="perhaps"}': /no outcome perhaps/,
    'is_bitcoin_lit_requests_total{status=~"6.."}': /no status 6/,
    'is_bitcoin_lit_refreshes_total{colour="red"}': /no label colour/,
    'sum by (colour) (is_bitcoin_lit_refreshes_total)': /no label colour/,
    'sum by (job) (is_bitcoin_lit_refreshes_total': /cannot be parsed/,
  };
  for (const [expression, complaint] of Object.entries(wrong)) {
    assert.match(findUnknownNames(expression, scrape).join(), complaint);
  }
});
