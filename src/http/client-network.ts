import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** An IPv4 address, or the network of an IPv6 one: a client has a whole /64, and may choose anew for each connection. */
function network(address: string): string | undefined {
  const [, mapped = ''] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (isIPv4(mapped)) return mapped;
  if (!isIPv6(address)) return isIP(address) > 0 ? address : undefined;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const gap = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array.from({ length: Math.max(0, gap) }, () => '0'), ...after];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Whom a bound for each address counts. What a trusted proxy says may have a port, or be nothing of use. */
export function clientNetwork({ ip, socket }: FastifyRequest): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(ip) ?? [];
  return network(bracketed ?? plain ?? ip) ?? network(socket.remoteAddress ?? '') ?? 'unknown';
}
