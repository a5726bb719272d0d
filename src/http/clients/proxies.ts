import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isIn(list: BlockList, address: string | undefined): boolean {
  const version = isIP(address ?? '');
  return version > 0 && list.check(address ?? '', version === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a connection comes from a proxy that `TRUST_PROXY` names. An IPv4-mapped address counts as IPv4. */
export function proxyCheck(trusted: readonly string[] = []): (address: string | undefined) => boolean {
  const list = blockList(trusted);
  return (address) => isIn(list, address);
}

/** Where a reverse proxy is: on this machine, or in a private, shared or link-local network. */
const PRIVATE = blockList([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
]);

/**
 * Looks for the sign of a proxy that is not named: without its name, all clients behind it count as one.
 *
 * @param warn called once.
 * @returns what looks at a request; it costs nothing after the warning.
 */
export function detectUntrustedProxy(warn: (text: string) => void): (request: IncomingMessage) => void {
  let isTold = false;
  return ({ headers, socket }) => {
    if (isTold || (headers['x-forwarded-for'] === undefined && headers.forwarded === undefined)) return;
    if (!isIn(PRIVATE, socket.remoteAddress)) return;
    isTold = true;
    const name = headers['x-forwarded-for'] === undefined ? 'Forwarded' : 'X-Forwarded-For';
    warn(
      `a request from ${socket.remoteAddress} has the header ${name}, but TRUST_PROXY is not set: if that is your proxy, ` +
        'set TRUST_PROXY to its address, or the limits for each client count everyone behind it as one client',
    );
  };
}
