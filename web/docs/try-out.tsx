import { useEffect, useRef, useState } from 'preact/hooks';
import { type Call, curlOf, type Outcome, send } from './call.ts';
import type { Operation, Parameter } from './openapi.ts';
import { Prose } from './prose.tsx';

const EVENT_STREAM = 'text/event-stream';

/** An input for a parameter, under its name. */
function Input({ parameter: { name, description, schema }, id }: { parameter: Parameter; id: string }) {
  const initial = schema.default === undefined ? '' : String(schema.default);
  return (
    <li>
      <label for={id}>
        <code>{name}</code>
      </label>
      {schema.enum ? (
        <select id={id} name={name}>
          {initial === '' && <option value="">(not set)</option>}
          {schema.enum.map((value) => (
            <option key={value} selected={value === schema.default}>
              {String(value)}
            </option>
          ))}
        </select>
      ) : (
        <input id={id} name={name} placeholder={initial} autocomplete="off" spellcheck={false} />
      )}
      {description && (
        <p>
          <Prose text={description} />
        </p>
      )}
    </li>
  );
}

/** The call that a form describes. Empty inputs are left out. */
function callOf({ method, path, responses }: Operation, form: HTMLFormElement): Call {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as const);
  const token = entries.find(([name]) => name === 'token')?.[1] ?? '';
  const query = new URLSearchParams(
    entries.filter(([name, value]) => name !== 'token' && value).map((pair) => [...pair]),
  );
  const isEndless = responses['200']?.content?.[EVENT_STREAM] !== undefined;
  return { method, path: query.size > 0 ? `${path}?${query}` : path, token, isEndless };
}

/** Sends requests to an endpoint, and shows its responses. */
export function TryOut({ operation }: { operation: Operation }) {
  const { operationId, parameters = [], security } = operation;
  const [call, setCall] = useState<Call>();
  const [outcome, setOutcome] = useState<Outcome>();
  const [isRunning, setIsRunning] = useState(false);
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    stopping.current?.abort();
    const mine = new AbortController();
    stopping.current = mine;
    const next = callOf(operation, event.currentTarget as HTMLFormElement);
    setCall(next);
    setOutcome(undefined);
    setIsRunning(true);
    await send(next, setOutcome, mine.signal);
    if (stopping.current === mine) setIsRunning(false);
  }

  return (
    <form onSubmit={submit}>
      <ul class="inputs">
        {parameters.map((parameter) => (
          <Input key={parameter.name} parameter={parameter} id={`${operationId}-${parameter.name}`} />
        ))}
        {security && (
          <li>
            <label for={`${operationId}-token`}>Token</label>
            <input id={`${operationId}-token`} name="token" type="password" autocomplete="off" />
            <p>Needed if the service has a `REFRESH_TOKEN`.</p>
          </li>
        )}
      </ul>
      <button type="submit">Send</button>
      {isRunning && (
        <button type="button" onClick={() => stopping.current?.abort()}>
          Stop
        </button>
      )}
      {call && <pre class="call">{curlOf(call)}</pre>}
      <p role="status">{isRunning && !outcome ? 'Waiting for the response…' : outcome?.status}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long response scrolls, also by keyboard */}
      {outcome?.text && <pre tabIndex={0}>{outcome.text}</pre>}
    </form>
  );
}
