import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivateAddress } from '../../src/outbound/private-addresses.ts';

const PRIVATE = [
  '0.0.0.0',
  '0.255.255.255',
  '10.0.0.0',
  '100.64.0.0',
  '100.127.255.255',
  '127.255.255.255',
  '169.254.169.254',
  '172.16.0.0',
  '172.31.255.255',
  '192.168.255.255',
  '224.0.0.1',
  '239.255.255.255',
  '255.255.255.255',
  '::',
  '::1',
  'fc00::',
  'fdff:ffff::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:c0a8:1',
  '::10.0.0.1',
  '::ffff:0:10.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::808:808',
  '2002:a00:1::',
  '2001:0:4136:e378::1',
  // Text that is not an address counts as private.
  '',
  'localhost',
  '127.1',
];

const PUBLIC = [
  '1.1.1.1',
  '9.255.255.255',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '198.18.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2001:4860:4860::8888',
  '2a00:1450::1',
  '::ffff:1.1.1.1',
  '64:ff9b::1.1.1.1',
  '64:ff9b::808:808',
];

test('recognises private addresses in every notation, up to the edges of their ranges', () => {
  assert.deepEqual(
    PRIVATE.filter((address) => !isPrivateAddress(address)),
    [],
  );
  assert.deepEqual(PUBLIC.filter(isPrivateAddress), []);
});
