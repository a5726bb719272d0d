import type { Config } from '../config/config.ts';
import type { KeptSummary } from '../domain/summary.ts';
import type { RefreshReport } from '../service/refresh-report.ts';
import { assembleService } from './assemble.ts';

/** Refreshes the store once, without a service. */
export async function refreshOnce(config: Config): Promise<RefreshReport> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService({ config }, 'write', stack);
  if (!service) throw new Error('a store opened for writing must exist');
  return await service.refresh.run();
}

/** Reads the summary, without a service. `undefined` if there is no store, or it is empty. */
export async function readOnce(config: Config): Promise<KeptSummary | undefined> {
  await using stack = new AsyncDisposableStack();
  const service = await assembleService({ config }, 'read', stack);
  return await service?.summaries.read();
}
