import type { OutboundFault } from '../outbound/fault.ts';
import type { Upstream } from '../sources/upstream.ts';
import type { RequestRecord } from './recorder.ts';

const BLOCKED =
  'It may be down, or a firewall may block it: allow it, or set HTTPS_PROXY to a proxy that can reach it.';
const INTERCEPTED =
  'Something on the way may intercept TLS. If that is intended, name its certificate authority in NODE_EXTRA_CA_CERTS.';
const PROXY =
  'Check that the proxy is running and accepts such requests, and check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.';
const BEHIND_PROXY =
  'The proxy may be down or unable to reach it: try another one, or add this host to NO_PROXY to connect directly.';
const NO_NETWORK = 'Check the network and DNS settings of this machine.';
const REFUSED =
  'It refuses requests from this network or country: set HTTPS_PROXY to a proxy elsewhere, or run without this source.';

const wrongAddress = ({ setting }: Upstream): string =>
  `The address may have moved, or a login or blocking page may answer in its place: check ${setting}.`;

const BY_FAULT: Readonly<Record<OutboundFault, string | ((place: Upstream) => string)>> = {
  name_not_found: ({ setting }) =>
    `Check ${setting} and the DNS settings of this machine. If the name is blocked here, set HTTPS_PROXY.`,
  lookup_failed: NO_NETWORK,
  connection_refused: BLOCKED,
  network_unreachable: NO_NETWORK,
  connection_reset: BLOCKED,
  tls_self_signed: INTERCEPTED,
  tls_untrusted: INTERCEPTED,
  tls_expired: 'Check the clock of this machine. If it is correct, the site must renew its certificate.',
  tls_wrong_host: INTERCEPTED,
  tls_failed: INTERCEPTED,
  proxy_refused: PROXY,
  proxy_unreachable: PROXY,
  timeout_connecting: BLOCKED,
  timeout_waiting: BLOCKED,
  timeout_reading: BLOCKED,
  private_address: wrongAddress,
  redirect_refused: wrongAddress,
  too_large: wrongAddress,
  bad_response: wrongAddress,
};

const BY_STATUS: Readonly<Record<number, string>> = {
  401: REFUSED,
  403: REFUSED,
  407: PROXY,
  429: 'It received too many requests: wait some minutes.',
  451: REFUSED,
};

/** Through a proxy, these may be faults of the proxy or of the source. */
const AMBIGUOUS_FAULTS: readonly OutboundFault[] = [
  'connection_reset',
  'timeout_connecting',
  'timeout_waiting',
  'timeout_reading',
  'bad_response',
];

/** What to do about an upstream that failed. */
export function adviceFor(place: Upstream, { fault, status, isViaProxy }: RequestRecord): string {
  if (fault === undefined) {
    if (status !== undefined && status >= 500) return 'The server reports an error: try again later.';
    return (status === undefined ? undefined : BY_STATUS[status]) ?? wrongAddress(place);
  }
  if (isViaProxy && AMBIGUOUS_FAULTS.includes(fault)) return BEHIND_PROXY;
  const advice = BY_FAULT[fault];
  return typeof advice === 'string' ? advice : advice(place);
}
