import type { Page } from 'playwright-core';
import { eventually } from '../eventually.ts';

/**
 * Measures the page from before its first script: layout shift, drawing and interactions, with times of
 * `performance.now()`.
 */
export const PROBE = `
  window.probe = { shift: 0, drawn: undefined, interactions: [] };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) probe.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries()) if (interactionId) probe.interactions.push(duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  probe.ink = () => {
    let sum = 0;
    for (const canvas of document.querySelectorAll('.canvas canvas')) {
      if (canvas.width * canvas.height === 0) continue;
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      const [red, green, blue] = data;
      for (let at = 0; at < data.length; at += 4) {
        const distance = Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue);
        if (data[at + 3] > 0 && distance > 200) sum += 1;
      }
    }
    return sum;
  };
  probe.look = () => {
    const isAnswered = document.querySelector('.field')?.dataset.verdict !== 'asking';
    const isDrawn = document.querySelector('.plot[data-bucket]:not([data-trouble]) canvas');
    if (isAnswered && isDrawn && probe.ink() > 300) probe.drawn = performance.now();
    else requestAnimationFrame(probe.look);
  };
  addEventListener('DOMContentLoaded', probe.look);
`;

/** Waits until the answer and the chart are drawn; returns the milliseconds since the page was requested. */
export async function untilDrawn(page: Page): Promise<number> {
  await eventually('the answer and the chart are drawn', () =>
    page.evaluate<boolean>('probe.drawn !== undefined'),
  );
  return await page.evaluate<number>('probe.drawn');
}

/** The number of the chart's pixels that differ clearly from the background. */
export const inkOf = (page: Page): Promise<number> => page.evaluate<number>('probe.ink()');

export const verdictOf = (page: Page): Promise<string> =>
  page.evaluate<string>('document.querySelector(".field").dataset.verdict');

/** Clicks a range, and waits until it is drawn; returns the milliseconds by the page's own clock. */
export async function timeRange(page: Page, name: string, bucket: string): Promise<number> {
  return await page.evaluate<number>(`(async () => {
    const button = document.querySelector('.segments [title="${name}"]');
    const plot = document.querySelector('.plot');
    const began = performance.now();
    button.click();
    while (plot.dataset.bucket !== '${bucket}' || plot.dataset.trouble) await new Promise(requestAnimationFrame);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - began;
  })()`);
}
