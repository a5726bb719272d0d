import { useState } from 'preact/hooks';
import type { Words } from '../words/words.ts';

/** How long “Copied” is shown. */
const COPIED_MS = 2000;

/** Without TLS, browsers offer no clipboard to remote pages: the text is selected instead, to be copied by hand. */
async function copy(text: string, element: Element | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (element) getSelection()?.selectAllChildren(element);
    return false;
  }
}

/** How to get the data from the API. */
export function Api({ words }: { words: Words }) {
  const [isCopied, setIsCopied] = useState(false);
  const { api } = words;
  const command = `curl ${location.origin}/is-bitcoin-lit`;

  async function copyCommand(): Promise<void> {
    if (!(await copy(command, document.querySelector('.curl code')))) return;
    setIsCopied(true);
    setTimeout(setIsCopied, COPIED_MS, false);
  }

  return (
    <section aria-labelledby="api-title">
      <h2 id="api-title">{api.title}</h2>
      <p>{api.lead}</p>
      <div class="curl">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long command scrolls, also by keyboard */}
        <code tabIndex={0}>{command}</code>
        <button type="button" onClick={copyCommand}>
          <span role="status">{isCopied ? api.copied : api.copy}</span>
        </button>
      </div>
      <ul class="links">
        <li>
          <a href="/docs">{api.docs}</a>
        </li>
        <li>
          <a href="/live">{api.stream}</a>
        </li>
        <li>
          <a href="/history?format=csv">{api.history}</a>
        </li>
      </ul>
    </section>
  );
}
