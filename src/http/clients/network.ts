import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** The eight groups of an IPv6 address, each as the number that it is. */
function groupsOf(address: string): number[] {
  const [withoutZone = ''] = address.split('%');
  // The last two groups may be written as an IPv4 address.
  const text = withoutZone.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a, b, c, d] = bytes.map(Number) as [number, number, number, number];
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = [], tail] = text.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail ? 8 - head.length - tail.length : 0;
  const all = [...head, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...(tail ?? [])];
  return all.map((group) => Number.parseInt(group, 16));
}

/**
 * What limits for each client count by: an IPv4 address, or the /64 of an IPv6 one, since a client has a whole /64 and may
 * choose another address for each connection. An IPv4-mapped address counts as IPv4 (RFC 4291, section 2.5.5.2).
 *
 * @returns `undefined` where the text is no address.
 */
export function networkOf(address: string): string | undefined {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  const groups = groupsOf(address);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':');
}

/** The network of a connection's other end. */
export const peerNetwork = (address: string | undefined): string => networkOf(address ?? '') ?? 'unknown';

/**
 * The network of the client of a request. What a trusted proxy says of it may have a port, or be no address. Of a connection
 * that is closed already there is no address at all, though the framework's types promise one.
 */
export function clientNetwork(request: FastifyRequest): string {
  const { socket } = request;
  const ip: string = request.ip ?? '';
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(ip) ?? [];
  const address = bracketed ?? plain ?? ip;
  return (isIP(address.split('%')[0] ?? '') > 0 && networkOf(address)) || peerNetwork(socket.remoteAddress);
}
