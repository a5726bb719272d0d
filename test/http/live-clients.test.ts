import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { EventSource } from 'eventsource';
import { PYTHON_TOOLS } from '../../scripts/python-tools.ts';
import { needsPython } from '../support/clients/python.ts';
import { eventually } from '../support/eventually.ts';
import { startTestService, type TestService } from '../support/processes/service.ts';
import { snapshot, startUpstream } from '../support/upstreams/upstream.ts';
import { needsChromium, visit } from '../support/web/browser.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

/** Longer than the interval of heartbeats, which strict readers must not take for events. */
const QUIET_MS = 17_000;

/** What a client saw: an event's name, id and data, tab-separated. */
interface Seen {
  readonly name: string;
  readonly events: string[];
}

const line = (type: string, id: string, data: string) => [type, id, data].join('\t');

/** Python programs that print each event as it arrives. */
const PYTHON_CLIENTS: Readonly<Record<string, string>> = {
  'httpx-sse': `
import sys, httpx, httpx_sse
with httpx.Client(timeout=None) as client, httpx_sse.connect_sse(client, "GET", sys.argv[1]) as source:
    for event in source.iter_sse():
        print(event.event, event.id, event.data, sep="\\t", flush=True)`,
  'sseclient-py': `
import sys, requests, sseclient
for event in sseclient.SSEClient(requests.get(sys.argv[1], stream=True)).events():
    print(event.event, event.id, event.data, sep="\\t", flush=True)`,
  'requests-sse': `
import sys, requests_sse
with requests_sse.EventSource(sys.argv[1]) as source:
    for event in source:
        print(event.type, event.last_event_id, event.data, sep="\\t", flush=True)`,
};

const NAMES = ['summary', 'problem', 'message'];

/** Node.js has it behind a flag. */
const NODE_CLIENT = `
const source = new EventSource(process.argv[1]);
for (const name of ${JSON.stringify(NAMES)})
  source.addEventListener(name, ({ type, lastEventId, data }) => console.log([type, lastEventId, data].join('\\t')));`;

function startProgram(t: TestContext, name: string, command: string, args: readonly string[]): Seen {
  const events: string[] = [];
  const { PATH = '' } = process.env;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH, PYTHONPATH: PYTHON_TOOLS, PYTHONDONTWRITEBYTECODE: '1' },
  });
  t.after(() => child.kill('SIGKILL'));
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    events.push(...lines);
  });
  return { name, events };
}

function listen(t: TestContext, name: string, source: EventSource): Seen {
  const events: string[] = [];
  for (const type of NAMES)
    source.addEventListener(type, (event: MessageEvent) => {
      events.push(line(event.type, event.lastEventId, event.data));
    });
  t.after(() => source.close());
  return { name, events };
}

async function startChromium(t: TestContext, service: TestService): Promise<Seen> {
  const { page } = await visit(t, `${service.address}/health/live`, { bypassCSP: true });
  const events: string[] = [];
  await page.exposeFunction('tell', (event: string) => events.push(event));
  await page.evaluate((names) => {
    const source = new EventSource('/live');
    const { tell } = globalThis as unknown as { tell: (text: string) => void };
    for (const name of names)
      source.addEventListener(name, (event) => tell([event.type, event.lastEventId, event.data].join('\t')));
  }, NAMES);
  return { name: 'Chromium', events };
}

test('all clients see the same events, and none of a heartbeat', needsPython, async (t) => {
  const upstream = await startUpstream(t, JSON.stringify([snapshot(NOW, 100)]));
  const service = await startTestService(t, { SENTICRYPT_URL: upstream.url }, () => NOW);
  const url = `${service.address}/live`;
  const clients = [
    ...Object.entries(PYTHON_CLIENTS).map(([name, program]) =>
      startProgram(t, name, 'python3', ['-c', program, url]),
    ),
    startProgram(t, 'Node.js', process.execPath, ['--experimental-eventsource', '-e', NODE_CLIENT, url]),
    listen(t, 'npm eventsource', new EventSource(url)),
    ...(needsChromium.skip ? [] : [await startChromium(t, service)]),
  ];
  const all = (count: number) => clients.every(({ events }) => events.length >= count);
  await eventually('all saw that there is no sample', async () => all(1), 20_000);
  await service.post();
  await eventually('all saw the first answer', async () => all(2));
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  upstream.answer(JSON.stringify([snapshot(NOW + 1, 300)]));
  await service.post();
  await eventually('all saw the second answer', async () => all(3));
  const [first] = clients;
  assert.deepEqual(
    first?.events.map((event) => event.split('\t')[0]),
    ['problem', 'summary', 'summary'],
  );
  for (const { name, events } of clients) {
    assert.deepEqual(events, first?.events, name);
    for (const event of events) JSON.parse(event.split('\t')[2] ?? '');
  }
});
