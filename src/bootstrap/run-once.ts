import type { Config } from '../config/config.ts';
import type { KeptSummary } from '../domain/summary.ts';
import type { Observe } from '../service/observer.ts';
import type { RefreshReport } from '../service/refresh-report.ts';
import { assembleService } from './assemble.ts';

/** Who runs once tells what came of it, or throws: there is nobody to tell the rest. */
const unobserved: Observe = () => undefined;

/** One pass on the store, without a service. */
export async function refreshOnce(config: Config): Promise<RefreshReport> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService({ config, observe: unobserved }, 'write', stack);
  if (!service) throw new Error('a store opened for writing is there');
  return await service.refresh.run();
}

/** What the store knows, creating nothing; `undefined` where there is none, or nothing in it. */
export async function readOnce(config: Config): Promise<KeptSummary | undefined> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService({ config, observe: unobserved }, 'read', stack);
  return await service?.summaries.read();
}
