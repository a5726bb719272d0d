import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The violations that axe finds, one line each. */
export async function faultsOf(page: Page): Promise<string[]> {
  // Evaluated through the debugger, because the content security policy blocks other scripts.
  await page.evaluate(axe.source);
  const results = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return results.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
