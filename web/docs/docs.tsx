import { useEffect, useState } from 'preact/hooks';
import { get } from '../feed/get.ts';
import { Fields } from './fields.tsx';
import { type OpenApi, type Operation, operationsOf } from './openapi.ts';
import { Prose } from './prose.tsx';
import { TryOut } from './try-out.tsx';

const DOCUMENT = '/openapi.json';

function Responses({ responses }: Operation) {
  return (
    <ul class="responses">
      {Object.entries(responses).map(([status, { description, content = {} }]) => (
        <li key={status}>
          <p>
            <strong>{status}</strong> <Prose text={description} />
          </p>
          {status === '200' &&
            Object.entries(content).map(([type, { schema }]) => (
              <div key={type}>
                <code>{type}</code>
                <Fields schema={schema} />
              </div>
            ))}
        </li>
      ))}
    </ul>
  );
}

function Endpoint({ operation }: { operation: Operation }) {
  const { operationId, method, path, summary, description } = operation;
  const address = `#${operationId}`;
  const [isOpen, setIsOpen] = useState(location.hash === address);

  function toggle({ currentTarget }: Event): void {
    const { open } = currentTarget as HTMLDetailsElement;
    setIsOpen(open);
    if (open) history.replaceState(null, '', address);
  }

  return (
    <details id={operationId} open={isOpen} onToggle={toggle}>
      <summary>
        <code>
          <strong>{method}</strong> {path}
        </code>{' '}
        <span>{summary}</span>
      </summary>
      {isOpen && (
        <>
          {description && (
            <p>
              <Prose text={description} />
            </p>
          )}
          <h2>Try it</h2>
          <TryOut operation={operation} />
          <h2>Responses</h2>
          <Responses {...operation} />
        </>
      )}
    </details>
  );
}

/** The documentation of the API, made from its OpenAPI document. */
export function Docs() {
  const [document, setDocument] = useState<OpenApi>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    get<OpenApi>(DOCUMENT).then(setDocument, (error) => setProblem(String(error)));
  }, []);
  return (
    <main>
      <h1>is-bitcoin-lit API</h1>
      {problem && <p role="alert">The description of the API cannot be loaded. {problem}</p>}
      {document && (
        <>
          <p>{document.info.description}</p>
          <p>
            Version {document.info.version} · <a href={DOCUMENT}>OpenAPI 3.1 document</a> ·{' '}
            <a href="/">the page</a>
          </p>
          {operationsOf(document).map((operation) => (
            <Endpoint key={operation.operationId} operation={operation} />
          ))}
        </>
      )}
    </main>
  );
}
