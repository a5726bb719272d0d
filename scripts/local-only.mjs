// Loaded ahead of tests, benches and the services that they start: whoever asks for anything beyond this machine ends
// there and then, before anything is sent, and the run fails. JavaScript, for npm runs on an older Node.js.

import dns from 'node:dns';
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { BlockList, isIP, Socket } from 'node:net';

const EXIT_CODE = 70;

const here = new BlockList();
here.addSubnet('127.0.0.0', 8, 'ipv4');
here.addAddress('::1', 'ipv6');

function hold(host) {
  const version = isIP(host);
  const isHere = version === 0 ? host === 'localhost' : here.check(host, version === 4 ? 'ipv4' : 'ipv6');
  if (isHere) return;
  writeSync(2, `a test or bench asked for ${host}, which is not this machine\n`);
  process.exit(EXIT_CODE);
}

/** No address is asked about, and no name of which a part is longer than names can be (RFC 1035, section 2.3.4). */
function isAskedAbout(host) {
  return host && isIP(host) === 0 && host.split('.').every((label) => label.length <= 63);
}

const { connect } = Socket.prototype;
Socket.prototype.connect = function (...given) {
  this.on('connectionAttempt', hold);
  return connect.apply(this, given);
};

for (const place of [dns, dns.promises]) {
  const { lookup } = place;
  const held = (host, ...given) => {
    if (isAskedAbout(host)) hold(host);
    return lookup(host, ...given);
  };
  // What `util.promisify` looks for is a property of the function.
  place.lookup = Object.defineProperties(held, Object.getOwnPropertyDescriptors(lookup));
}
syncBuiltinESMExports();
