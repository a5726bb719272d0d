import { BlockList, isIP } from 'node:net';

/**
 * IPv4 networks without public hosts (IANA's special-purpose registry), except 198.18.0.0/15: proxies that run as a network
 * interface, such as Clash, resolve every public name to an address in it.
 */
const IPV4 = [
  '0.0.0.0/8', // unspecified
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, including the metadata services of clouds
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, including broadcast
];

const IPV6 = [
  '::/127', // unspecified, loopback
  '64:ff9b:1::/48', // NAT64 within a network
  '100::/64', // discard-only
  '2001::/32', // Teredo, contains an IPv4 address
  '2002::/16', // 6to4, contains an IPv4 address
  'fc00::/7', // unique-local
  'fe80::/10', // link-local
  'fec0::/10', // site-local, deprecated
  'ff00::/8', // multicast
];

/** IPv6 prefixes with an IPv4 address in the last 32 bits: compatible, translated, NAT64. `BlockList` matches mapped addresses as IPv4. */
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

/** Whether an address belongs to this machine or a private network. Text that is not an address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const [bare = ''] = address.split('%');
  const version = isIP(bare);
  return version === 0 || PRIVATE.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}

/** Names of private networks (RFC 6761, 6762, 8375; ICANN for `internal`), and names without a dot. */
const PRIVATE_NAME = /^[^.]*$|(?:^|\.)(?:localhost|local|internal|home\.arpa)$/;

/**
 * Whether a host is private by its address or name. Other names may still resolve to private addresses.
 *
 * @param hostname as in `URL.hostname`, with IPv6 addresses in brackets.
 */
export function isPrivateHost(hostname: string, isPrivate = isPrivateAddress): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return isIP(host) > 0 ? isPrivate(host) : PRIVATE_NAME.test(host);
}
