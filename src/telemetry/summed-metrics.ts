import { aggregators, Registry } from 'prom-client';
import type { MetricValues } from './metrics.ts';

type Combine = (metrics: readonly MetricValues[]) => MetricValues | undefined;

declare module 'prom-client' {
  /** How the values of several processes become one. The package's types lack it. */
  const aggregators: Readonly<Record<string, Combine>>;
}

/** For open files and event loop delay, the highest value of all processes matters; a sum or a mean would hide it. */
const aggregatorOf = ({ name, aggregator }: MetricValues): string =>
  aggregator === 'average' || name.endsWith('_fds') ? 'max' : String(aggregator);

/** Adds up the metrics of several processes. What has been counted stays when a process ends. */
export function createMetricSum() {
  let ended: readonly MetricValues[] = [];

  function sum(all: readonly MetricValues[]): MetricValues[] {
    const byName = Map.groupBy(all, ({ name }) => name);
    // Of times of starts, the package would take none: this takes that of the process that is first.
    const combine = (metrics: readonly MetricValues[]) =>
      metrics[0] && (aggregators[aggregatorOf(metrics[0])]?.(metrics) ?? metrics[0]);
    return [...byName.values()].map(combine).filter((metric) => metric !== undefined);
  }

  return {
    /** Keeps the counts of a process that has ended. Its gauges end with it. */
    keep(values: readonly MetricValues[]): void {
      ended = sum([...ended, ...values.filter(({ type }) => /counter|histogram/.test(String(type)))]);
    },
    text(values: readonly MetricValues[]): Promise<string> {
      const registry = new Registry();
      for (const metric of sum([...values, ...ended]))
        registry.registerMetric({ ...metric, get: () => metric } as never);
      return registry.metrics();
    },
  };
}
