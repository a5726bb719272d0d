/** Longer responses are cut. */
const MAX_SHOWN_CHARACTERS = 200_000;
/** For responses that end by themselves. */
const TIMEOUT_MS = 60_000;

export interface Call {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly token: string;
  /** Whether the response ends only when the call is stopped. */
  readonly isEndless: boolean;
}

export interface Outcome {
  /** Such as `200 OK`; absent if no response came. */
  readonly status?: string;
  readonly text: string;
}

/** The call for a terminal. */
export const curlOf = ({ method, path, token, isEndless }: Call): string =>
  [
    isEndless ? 'curl --no-buffer' : 'curl',
    ...(method === 'GET' ? [] : [`--request ${method}`]),
    ...(token ? ["--header 'Authorization: Bearer …'"] : []),
    `'${location.origin}${path}'`,
  ].join(' ');

/** Indents JSON, and leaves other texts as they are. */
function pretty(text: string, type: string): string {
  if (!/[/+]json\b/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * Sends a request, and shows what arrives as it arrives.
 *
 * @param signal ends it without an error.
 */
export async function send(call: Call, show: (outcome: Outcome) => void, signal: AbortSignal): Promise<void> {
  const { method, path, token, isEndless } = call;
  const signals = isEndless ? [signal] : [signal, AbortSignal.timeout(TIMEOUT_MS)];
  let outcome: Outcome = { text: '' };
  try {
    const response = await fetch(path, {
      method,
      headers: token ? { authorization: `Bearer ${token}` } : {},
      cache: 'no-cache',
      signal: AbortSignal.any(signals),
    });
    const status = `${response.status} ${response.statusText}`.trim();
    const type = response.headers.get('content-type') ?? '';
    outcome = { status, text: '' };
    show(outcome);
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      outcome = { status, text: outcome.text + part };
      if (outcome.text.length > MAX_SHOWN_CHARACTERS) break;
      show(outcome);
    }
    const isCut = outcome.text.length > MAX_SHOWN_CHARACTERS;
    const shown = outcome.text.slice(0, MAX_SHOWN_CHARACTERS);
    show({ status, text: isCut ? `${shown}\n… (cut)` : pretty(shown, type) });
  } catch (error) {
    if (!signal.aborted) show({ ...outcome, text: `${outcome.text}\n${String(error)}`.trim() });
  }
}
