import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCrowd, untilClosed } from '../support/clients/crowd.ts';
import { eventually } from '../support/eventually.ts';
import { run, serveWithin } from '../support/processes/process.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** The service's limits, with extra time for a busy machine. */
const HEADERS_TIMEOUT_MS = 5_000 + 5_000;
const REQUEST_TIMEOUT_MS = 10_000 + 5_000;
const UNREAD_TIMEOUT_MS = 90_000 + 15_000;
const STEADY_READ_MS = 90_000;

const repeat = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

function maxOpenFiles(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const limit = report.userLimits?.open_files?.soft;
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY;
}

const hasFewFiles = maxOpenFiles() < 6000;
if (hasFewFiles && process.env['CI'])
  throw new Error('with CI set, 6,000 open files must be allowed: ulimit -n');
const needsManyFiles = { skip: hasFewFiles && 'the limit of open files is too low: ulimit -n' };

/** Sixty clients for four seconds. They have their own process, because they would slow down the reader in this one. */
const FLOOD = `
  const { connect } = require('node:net');
  const requests = 'GET /nothing HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'.repeat(400);
  let cut = 0;
  function attack() {
    const socket = connect(Number(process.argv[1]), '127.0.0.1');
    const timer = setInterval(() => socket.write(requests), 20);
    socket.on('error', () => undefined).on('close', () => {
      clearInterval(timer);
      cut += 1;
      setTimeout(attack, 5);
    });
    socket.on('connect', () => socket.write(requests)).resume();
  }
  for (let count = 0; count < 60; count += 1) attack();
  setTimeout(() => { console.log('cut ' + cut + ' times'); process.exit(); }, 4000);
`;

describe('hostile clients', { concurrency: true }, () => {
  test('200 clients send their headers byte by byte', async (t) => {
    const crowd = await startCrowd(t);
    const sockets = await Promise.all(repeat(200, crowd.connect));
    const closed = sockets.map((socket) => untilClosed(socket, HEADERS_TIMEOUT_MS));
    for (const socket of sockets) {
      socket.write('GET /is-bitcoin-lit HTTP/1.1\r\nHost: x\r\nX-Slow: ');
      const drip = setInterval(() => socket.write('x'), 250);
      socket.on('close', () => clearInterval(drip)).on('end', () => clearInterval(drip));
    }
    for (const answer of await Promise.all(closed)) assert.match(answer, /^HTTP\/1.1 408 /);
    await crowd.assertServed();
  });

  test('5,000 clients connect and say nothing', needsManyFiles, async (t) => {
    const crowd = await startCrowd(t);
    const closed: Promise<string>[] = [];
    for (let left = 5000; left > 0; left -= 250) {
      const sockets = await Promise.all(repeat(250, crowd.connect));
      closed.push(...sockets.map((socket) => untilClosed(socket, HEADERS_TIMEOUT_MS)));
    }
    await Promise.all(closed);
    await crowd.assertServed();
  });

  test('clients send 1 MB of headers', async (t) => {
    const crowd = await startCrowd(t);
    const sockets = await Promise.all(repeat(50, crowd.connect));
    const closed = sockets.map((socket) => untilClosed(socket, HEADERS_TIMEOUT_MS));
    for (const socket of sockets)
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(2 ** 20)}\r\n\r\n`);
    // Some are disconnected before they have read the response.
    const answers = (await Promise.all(closed)).filter((answer) => answer !== '');
    for (const answer of answers) assert.match(answer, /^HTTP\/1.1 431 /);
    assert.ok(answers.length > 0);
    await crowd.assertServed();
  });

  test('many requests in one write are answered in their order', async (t) => {
    const crowd = await startCrowd(t);
    const socket = await crowd.connect();
    const closed = untilClosed(socket, HEADERS_TIMEOUT_MS);
    const expectedStatuses = repeat(4, () => [200, 404, 405]).flat();
    const lines = { 200: 'GET /is-bitcoin-lit', 404: 'GET /nothing', 405: 'DELETE /is-bitcoin-lit' };
    const requests = expectedStatuses.map((status) => `${lines[status as 200]} HTTP/1.1\r\nHost: x\r\n\r\n`);
    socket.write(`${requests.join('')}GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const statuses = [...(await closed).matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    assert.deepEqual(statuses, [...expectedStatuses, 200]);
    await crowd.assertServed();
  });

  test('clients that close their half get their answer, and the connection is closed', async (t) => {
    const crowd = await startCrowd(t);
    const requesting = await Promise.all(repeat(100, crowd.connect));
    const silent = await Promise.all(repeat(100, crowd.connect));
    const answers = requesting.map((socket) => untilClosed(socket, HEADERS_TIMEOUT_MS));
    const nothing = silent.map((socket) => untilClosed(socket, HEADERS_TIMEOUT_MS));
    for (const socket of requesting) socket.end('GET /is-bitcoin-lit HTTP/1.1\r\nHost: x\r\n\r\n');
    for (const socket of silent) socket.end();
    for (const answer of await Promise.all(answers))
      assert.match(answer, /^HTTP\/1.1 200 .*"senticrypt"\}$/s);
    await Promise.all(nothing);
    await crowd.assertServed();
  });

  test('the service does not wait for bodies that arrive slowly', async (t) => {
    const crowd = await startCrowd(t);
    const sockets = await Promise.all(repeat(50, crowd.connect));
    const closed = sockets.map((socket) => untilClosed(socket, REQUEST_TIMEOUT_MS));
    const head =
      'POST /refresh HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
    for (const socket of sockets) {
      socket.write(head);
      const drip = setInterval(() => socket.write(' '), 250);
      socket.on('close', () => clearInterval(drip)).on('end', () => clearInterval(drip));
    }
    for (const answer of await Promise.all(closed)) assert.match(answer, /^HTTP\/1.1 408 /);
    await crowd.assertServed();
  });

  test('clients send requests without end, and never read', async (t) => {
    const crowd = await startCrowd(t);
    const sockets = await Promise.all(repeat(20, crowd.connect));
    // More than the buffers of both sides take together, in a few requests.
    const requests = `GET ${crowd.large} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(15);
    const closed = sockets.map(
      (socket) => new Promise((resolve) => socket.pause().on('close', resolve).on('error', resolve)),
    );
    for (const socket of sockets) {
      socket.write(requests);
      // A client that does not read notices only when it writes that it was disconnected. Empty lines between requests
      // are ignored.
      const ping = setInterval(() => socket.write('\r\n'), 500);
      socket.on('close', () => clearInterval(ping));
    }
    const late = sleep(UNREAD_TIMEOUT_MS, 'late', { ref: false });
    assert.notEqual(await Promise.race([Promise.all(closed), late]), 'late', 'they are disconnected');
    await crowd.assertServed();
  });

  test('clients that read 20 MB slowly and steadily stay connected', async (t) => {
    const crowd = await startCrowd(t);
    const sockets = await Promise.all(repeat(5, crowd.connect));
    const readers = sockets.map((socket) => {
      let bytes = 0;
      // Fifteen times more than a megabyte, at 150 kB a second, for longer than the service waits for those that do not read.
      socket.pause().write(`GET ${crowd.large} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(15));
      const reading = setInterval(() => {
        bytes += (socket.read(Math.min(15_000, socket.readableLength)) as Buffer | null)?.length ?? 0;
      }, 100);
      socket.on('close', () => clearInterval(reading));
      return () => ({ bytes, isOpen: !socket.destroyed });
    });
    await sleep(STEADY_READ_MS);
    for (const progress of readers) {
      const { bytes, isOpen } = progress();
      assert.ok(isOpen, `the connection is still open after ${bytes} bytes`);
      assert.ok(bytes > 5_000_000, `${bytes} bytes were read`);
    }
    await crowd.assertServed();
  });

  test('60 clients send hundreds of requests in each write', async (t) => {
    const crowd = await startCrowd(t);
    const attackers = run(t, process.execPath, ['-e', FLOOD, new URL(crowd.address).port]);
    const [, count] = await attackers.until(/cut (\d+) times/);
    assert.ok(Number(count) > 60, 'they are disconnected, and connect again');
    await crowd.assertServed();
  });

  test('more clients connect than files may be open', async (t) => {
    const env = {
      SOURCE: 'simulated',
      DATA_DIR: temporaryFolder(t),
      MAX_CONNECTIONS_PER_ADDRESS: '10000',
      MAX_LIVE_READERS_PER_ADDRESS: '10000',
    };
    const service = await serveWithin(t, 512, env);
    await service.until(/limit of open files leaves room for 384 connections/);
    const statusOf = async (path: string, method = 'GET') =>
      (await fetch(`${service.address}${path}`, { method })).status;
    // A service without processor time responds that it is overloaded.
    await eventually('the service has an answer', async () => (await statusOf('/refresh', 'POST')) === 200);
    const sockets = repeat(1000, () => {
      const socket = connect(Number(new URL(service.address).port), '127.0.0.1');
      socket.on('error', () => undefined).write('GET /live HTTP/1.1\r\nHost: x\r\n\r\n');
      t.after(() => socket.destroy());
      return socket;
    });
    // Longer than any task that the service repeats each second.
    await sleep(3000);
    assert.equal(service.child.exitCode ?? service.child.signalCode, null, service.output());
    for (const socket of sockets) socket.destroy();
    await sleep(500);
    assert.equal(await statusOf('/is-bitcoin-lit'), 200);
  });
});
