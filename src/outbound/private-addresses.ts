import { BlockList, isIP } from 'node:net';

/**
 * IPv4 networks that no public host has (IANA's special-purpose registry). 198.18.0.0/15 is left out: proxies that run as a
 * network interface, such as Clash, resolve every public name to an address in it.
 */
const IPV4 = [
  '0.0.0.0/8', // unspecified
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, metadata services of clouds included
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast included
];

const IPV6 = [
  '::/127', // unspecified, loopback
  '64:ff9b:1::/48', // NAT64 within a network
  '100::/64', // discard-only
  '2001::/32', // Teredo, an IPv4 address in disguise
  '2002::/16', // 6to4, another one
  'fc00::/7', // unique-local
  'fe80::/10', // link-local
  'fec0::/10', // site-local, deprecated
  'ff00::/8', // multicast
];

/** IPv6 forms that hold an IPv4 address in their last 32 bits: compatible, translated, NAT64. A mapped one is matched as IPv4. */
const EMBEDDING = ['::', '::ffff:0:', '64:ff9b::'];

const PRIVATE = new BlockList();
for (const text of IPV4) {
  const [network = '', prefix] = text.split('/');
  PRIVATE.addSubnet(network, Number(prefix), 'ipv4');
  for (const front of EMBEDDING) PRIVATE.addSubnet(front + network, 96 + Number(prefix), 'ipv6');
}
for (const text of IPV6) {
  const [network = '', prefix] = text.split('/');
  PRIVATE.addSubnet(network, Number(prefix), 'ipv6');
}

/** Whether an IPv4 or IPv6 address belongs to this machine or a private network. What is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const [bare = ''] = address.split('%');
  const version = isIP(bare);
  return version === 0 || PRIVATE.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}

/** Names that only private networks have (RFC 6761, 6762, 8375; `internal` by ICANN), and names without a dot. */
const PRIVATE_NAME = /^[^.]*$|(?:^|\.)(?:localhost|local|internal|home\.arpa)$/;

/**
 * Whether a URL's host is private as it is written. Of other names only the resolver can say.
 *
 * @param hostname as in `URL.hostname`: IPv6 in brackets.
 */
export function isPrivateHost(hostname: string, isPrivate = isPrivateAddress): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return isIP(host) > 0 ? isPrivate(host) : PRIVATE_NAME.test(host);
}
