import type { Words } from '../words/words.ts';
import { Flame } from './flame.tsx';
import type { Verdict } from './verdict.ts';

/** The answer, as large as there is room: where it has an “i”, its dot is the flame. */
export function Word({ words, verdict }: { words: Words; verdict: Verdict }) {
  const text = words.verdict[verdict];
  const [before = '', ...rest] = text.split('i');
  const isDotted = rest.length > 0;
  return (
    <h1 class="word">
      <span class="unseen">{words.said[verdict]}</span>
      {/* Another word takes the place of the one before: it does not move, and the room for it stays. */}
      <span aria-hidden="true" key={verdict}>
        {before}
        {isDotted && (
          <span class="dotless">
            ı
            <Flame verdict={verdict} isDot={true} />
          </span>
        )}
        {rest.join('i')}
        {!isDotted && <Flame verdict={verdict} isDot={false} />}
      </span>
    </h1>
  );
}
