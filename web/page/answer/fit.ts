import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';

/**
 * Sets `--widest` on an element: how wide the widest of the parts in it is, in ems of that part. Style divides the room
 * by it, so that letters fit whatever font they are written in. Measured anew when the text or the font changes.
 *
 * @param selector of the parts, which do not wrap.
 * @param text what is written in them.
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
