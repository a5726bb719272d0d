import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';

/**
 * Sets `--widest` on an element: the width of its widest part, in ems. The style sheet divides the available width by
 * it, so that the text fits in any font. Measured again when the text or the font changes.
 *
 * @param selector selects the parts, which must not wrap.
 * @param text the text in them.
 */
export function useWidest(ref: RefObject<HTMLElement | null>, selector: string, text: string): void {
  function measure(): void {
    const parts = [...(ref.current?.querySelectorAll(selector) ?? [])];
    const widths = parts.map(
      (part) => part.getBoundingClientRect().width / Number.parseFloat(getComputedStyle(part).fontSize),
    );
    const widest = Math.max(...widths);
    if (Number.isFinite(widest) && widest > 0) ref.current?.style.setProperty('--widest', widest.toFixed(3));
  }

  useLayoutEffect(measure, [text]);
  useEffect(() => {
    document.fonts.addEventListener('loadingdone', measure);
    return () => document.fonts.removeEventListener('loadingdone', measure);
  }, []);
}
