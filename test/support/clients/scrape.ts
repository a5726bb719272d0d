/** The parts of a scrape in Prometheus' text format that expressions can refer to. */
export interface Scrape {
  /** The names of the metrics, without the suffixes of histograms and summaries. */
  readonly families: ReadonlySet<string>;
  /** Every name that an expression may use, with the labels of each of its series. */
  readonly series: ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

export function parseScrape(text: string): Scrape {
  const families = new Set<string>();
  const series = new Map<string, Record<string, string>[]>();
  // A metric without a series yet has a TYPE line.
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    families.add(name);
    for (const suffix of SUFFIXES[type] ?? ['']) series.set(name + suffix, []);
  }
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
    series.get(name)?.push(Object.fromEntries(pairs.map(([, label, value]) => [label, value])));
  }
  return { families, series };
}
