import { useRef } from 'preact/hooks';
import type { Words } from '../../words/words.ts';
import { useWidest } from './fit.ts';
import { Flame } from './flame.tsx';
import type { Verdict } from './verdict.ts';

/** The answer, as large as fits. The flame is the dot of its “i”, or follows the word. Past answers have no flame. */
export function Word({ words, verdict }: { words: Words; verdict: Verdict }) {
  const element = useRef<HTMLHeadingElement>(null);
  const text = words.verdict[verdict];
  useWidest(element, '.written', text);
  const [before = '', ...rest] = text.split('i');
  const isPast = verdict === 'was-lit' || verdict === 'was-not-lit';
  const isDotted = rest.length > 0;
  return (
    <div class="word-room">
      <h1 class="word" ref={element}>
        <span class="unseen">{words.heading[verdict]}</span>
        {/* The key replaces the element with the word, so that the change is not animated. */}
        <span class="written" aria-hidden="true" key={verdict}>
          {isPast && text}
          {!isPast && before}
          {!isPast && isDotted && (
            <span class="dotless">
              ı
              <Flame verdict={verdict} isDot={true} />
            </span>
          )}
          {!isPast && rest.join('i')}
          {!isPast && !isDotted && <Flame verdict={verdict} isDot={false} />}
        </span>
      </h1>
    </div>
  );
}
