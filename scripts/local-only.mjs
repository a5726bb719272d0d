// Loaded before tests, benchmarks and the services that they start. A process that contacts another host ends at once,
// before it sends anything, and the run fails. JavaScript, because npm may run on an older Node.js.

import dns from 'node:dns';
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { BlockList, isIP, Socket } from 'node:net';

const EXIT_CODE = 70;

const here = new BlockList();
here.addSubnet('127.0.0.0', 8, 'ipv4');
here.addAddress('::1', 'ipv6');

function exitUnlessLocal(host) {
  const version = isIP(host);
  const isHere = version === 0 ? host === 'localhost' : here.check(host, version === 4 ? 'ipv4' : 'ipv6');
  if (isHere) return;
  writeSync(2, `a test or benchmark contacted ${host}, which is not this machine\n`);
  process.exit(EXIT_CODE);
}

/** Addresses are not looked up, nor are names with a label that is too long (RFC 1035, section 2.3.4). */
function needsLookup(host) {
  return host && isIP(host) === 0 && host.split('.').every((label) => label.length <= 63);
}

const { connect } = Socket.prototype;
Socket.prototype.connect = function (...given) {
  this.on('connectionAttempt', exitUnlessLocal);
  return connect.apply(this, given);
};

for (const place of [dns, dns.promises]) {
  const { lookup } = place;
  const checkedLookup = (host, ...given) => {
    if (needsLookup(host)) exitUnlessLocal(host);
    return lookup(host, ...given);
  };
  // Copies the property that `util.promisify` looks for.
  place.lookup = Object.defineProperties(checkedLookup, Object.getOwnPropertyDescriptors(lookup));
}
syncBuiltinESMExports();
