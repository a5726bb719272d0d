import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds wrong, in one line each. */
export async function faultsOf(page: Page): Promise<string[]> {
  // By the debugger's own door, as the policy lets no script of others in.
  await page.evaluate(axe.source);
  const results = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return results.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
