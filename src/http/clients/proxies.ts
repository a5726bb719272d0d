import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Returns a check whether an address is in one of the networks. An IPv4-mapped address counts as IPv4. */
export function networkCheck(networks: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address = '') => {
    const version = isIP(address);
    return version > 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Where reverse proxies run: this machine, or a private, shared or link-local network. */
const isPrivate = networkCheck([
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
 * Detects a proxy that `TRUST_PROXY` does not list: all clients behind it count as one.
 *
 * @param warn called once.
 * @returns a function that checks a request; costs nothing after the warning.
 */
export function detectUntrustedProxy(warn: (text: string) => void): (request: IncomingMessage) => void {
  let hasWarned = false;
  return ({ headers, socket }) => {
    if (hasWarned || (headers['x-forwarded-for'] === undefined && headers.forwarded === undefined)) return;
    if (!isPrivate(socket.remoteAddress)) return;
    hasWarned = true;
    const name = headers['x-forwarded-for'] === undefined ? 'Forwarded' : 'X-Forwarded-For';
    warn(
      `a request from ${socket.remoteAddress} has the header ${name}, but TRUST_PROXY is not set: if that is your proxy, ` +
        'set TRUST_PROXY to its address, or the limits for each client count everyone behind it as one client',
    );
  };
}
