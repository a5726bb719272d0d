const LATER_MS = 1000;

const firstView = new Promise<void>((resolve) => {
  const wait = () => setTimeout(resolve, LATER_MS);
  if (document.readyState === 'complete') wait();
  else addEventListener('load', wait, { once: true });
});

/** What fetches the past, loaded after the first view, which does not wait for it. */
export async function pastFeed(): Promise<typeof import('./verdicts.ts')> {
  await firstView;
  return await import('./verdicts.ts');
}
