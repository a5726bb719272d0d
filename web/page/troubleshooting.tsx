import type { Words } from '../words/words.ts';

/** Steps to take if no source can be reached. */
export function Troubleshooting({ words: { unreachable } }: { words: Words }) {
  return (
    <div class="troubleshooting">
      <h3>{unreachable.title}</h3>
      <ul>
        {unreachable.steps.map((step) => (
          <li key={step}>
            {step.split('`').map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part))}
          </li>
        ))}
      </ul>
    </div>
  );
}
