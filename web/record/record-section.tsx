import type { FunctionComponent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Figures } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import type { RecordProps } from './record.tsx';

/** How far below the window it is loaded already. */
const NEAR = '300px';

/** The place of the track record, which is loaded when the reader comes near it: few do, and it costs the service work. */
export function RecordSection({ words, figures }: { words: Words; figures: Figures }) {
  const section = useRef<HTMLElement>(null);
  const [Loaded, setLoaded] = useState<FunctionComponent<RecordProps>>();
  useEffect(() => {
    if (!section.current) return;
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        watcher.disconnect();
        void import('./record.tsx').then(({ Record }) => setLoaded(() => Record));
      },
      { rootMargin: NEAR },
    );
    watcher.observe(section.current);
    return () => watcher.disconnect();
  }, []);
  return (
    <section class="track-record" ref={section} aria-labelledby="record-title">
      <h2 id="record-title">{words.record}</h2>
      {Loaded && <Loaded code={words.code} figures={figures} />}
    </section>
  );
}
