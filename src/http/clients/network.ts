import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** The eight groups of an IPv6 address, as numbers. */
function groupsOf(address: string): number[] {
  const [withoutZone] = address.split('%');
  // Normalizes the address: an IPv4 address in its last two groups becomes hexadecimal.
  const { hostname } = new URL(`http://[${withoutZone}]`);
  const [head = [], tail = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}

/**
 * What limits count as one client: an IPv4 address, or the /64 network of an IPv6 address, because a client can use another
 * address of its /64 for each connection. An IPv4-mapped address counts as IPv4 (RFC 4291, section 2.5.5.2).
 *
 * @returns `undefined` if the text is not an address.
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

/** The network of a connection's remote address. */
export const peerNetwork = (address: string | undefined): string => networkOf(address ?? '') ?? 'unknown';

/**
 * The network of a request's client. A trusted proxy may name the client with a port, or by something that is not an address.
 * A closed connection has no address, despite the framework's types.
 */
export function clientNetwork(request: FastifyRequest): string {
  const { socket } = request;
  const ip: string = request.ip ?? '';
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(ip) ?? [];
  const address = bracketed ?? plain ?? ip;
  return (isIP(address.split('%')[0] ?? '') > 0 && networkOf(address)) || peerNetwork(socket.remoteAddress);
}
