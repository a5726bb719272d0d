import type { Verdict } from './verdict.ts';

/** The logo: burning, smoking, or an outline if the answer is unknown. */
export function Flame({ verdict, isDot }: { verdict: Verdict; isDot: boolean }) {
  return (
    <svg class="flame" viewBox="0 0 100 140" aria-hidden="true" focusable="false">
      {verdict === 'lit' && (
        <>
          <path
            class="outer"
            d="M54 2c5 25 38 37 38 79 0 33-19 57-42 57S8 114 8 86c0-22 14-32 19-50 7 7 10 15 9 22C50 44 56 24 54 2Z"
          />
          <path
            class="inner"
            d="M53 66c3 15 19 22 19 42 0 17-10 27-22 27s-22-12-22-27c0-12 8-17 11-27 5 4 7 9 7 13 5-8 8-17 7-28Z"
          />
        </>
      )}
      {verdict === 'not-lit' && !isDot && (
        <>
          <path class="smoke" d="M33 80c-22-16 20-22 2-40" />
          <path class="smoke" d="M67 86c-26-18 24-26 2-44s20-22 2-40" />
          <ellipse class="coal" cx="50" cy="120" rx="40" ry="17" />
        </>
      )}
      {verdict === 'not-lit' && isDot && (
        <>
          <path class="smoke" d="M52 86c-30-18 28-26 2-44s24-26 2-46" />
          <circle class="coal" cx="52" cy="118" r="18.5" />
        </>
      )}
      {verdict !== 'lit' && verdict !== 'not-lit' && (
        <path
          class="outline"
          d="M54 8c5 25 34 35 34 75 0 31-17 51-38 51S12 112 12 86c0-20 12-30 17-46 6 7 9 14 8 20C50 46 56 28 54 8Z"
        />
      )}
    </svg>
  );
}
