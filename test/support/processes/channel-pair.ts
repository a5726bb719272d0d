import type { TestContext } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { ServiceEvent } from '../../../src/service/observer.ts';
import { type Handlers, openChannel, type Peer } from '../../../src/workers/channel.ts';

/** One end of a channel between threads, with the messages of a channel between processes. */
const peerOf = (port: MessagePort): Peer => ({
  send(message, _handle, _options, done) {
    port.postMessage(JSON.parse(JSON.stringify(message)));
    done(null);
  },
  on: (_event, listener) => port.on('message', listener),
});

/** Two ends of a channel: one has the handlers, and the other one asks. */
export function openPair(t: TestContext, handlers: Handlers) {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  const events: ServiceEvent[] = [];
  openChannel(peerOf(port1), handlers, (event) => events.push(event));
  const asker = openChannel(peerOf(port2), {}, (event) => events.push(event));
  return { asker, events, post: (message: unknown) => port2.postMessage(message) };
}
