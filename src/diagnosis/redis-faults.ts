import { SetupError, StoreError } from '../domain/errors.ts';
import { withoutControls } from '../domain/untrusted-text.ts';
import { explain, type OutboundFault } from '../outbound/fault.ts';
import { connectFault } from '../stores/redis/connection/faults.ts';
import { type CheckResult, fatal } from './check-result.ts';

const START =
  'Start Redis there, or correct the host and port in REDIS_URL. `npm run redis` starts one to try.';
const TRUST = 'Install its certificate authority on this machine, or name its file in NODE_EXTRA_CA_CERTS.';

const ADVICE: Partial<Record<OutboundFault, string>> = {
  name_not_found: 'Correct the host in REDIS_URL, or check the DNS settings of this machine.',
  lookup_failed: 'Check the DNS settings of this machine.',
  connection_refused: START,
  network_unreachable: 'Check the network of this machine and its firewall.',
  tls_self_signed: TRUST,
  tls_untrusted: TRUST,
  tls_expired: 'Renew the certificate of Redis, or correct the clock of this machine.',
  tls_wrong_host: 'Use the host name in REDIS_URL that the certificate is for.',
  tls_failed: 'If Redis does not use TLS on this port, begin REDIS_URL with redis instead of rediss.',
  timeout_connecting: 'Check the host and port in REDIS_URL, and whether a firewall is in between.',
};

/** How much of a server's own words is shown. */
const LIMIT_OF_WORDS = 120;

/** What of an error says why: faults of ours stand around the system's error. */
function innermost(error: unknown): unknown {
  return error instanceof StoreError && error.cause !== undefined ? innermost(error.cause) : error;
}

/** What keeps a Redis from being reached or used. */
export function redisFailure(name: string, error: unknown, where: string, hasTls: boolean): CheckResult {
  const fault = connectFault(error);
  if (fault instanceof SetupError) return fatal(name, fault.message);
  const cause = innermost(error);
  const isSilent = cause instanceof StoreError && cause.code === 'timeout';
  const words = cause instanceof Error ? cause.message : '';
  const otherForm = hasTls
    ? 'If Redis does not use TLS on this port, begin REDIS_URL with redis instead of rediss.'
    : 'If Redis uses TLS on this port, begin REDIS_URL with rediss instead of redis.';
  if (isSilent || /timeout/i.test(words))
    return fatal(name, `${where} does not answer in time`, `${ADVICE.timeout_connecting} ${otherForm}`);
  if (/closed unexpectedly/i.test(words)) return fatal(name, `${where} closes the connection`, otherForm);
  if (cause instanceof StoreError) return fatal(name, `${where}: ${cause.message}`, START);
  const { fault: kind, reason } = explain(cause, { isOfProxy: false, isAnswered: false });
  if (kind === 'bad_response')
    return fatal(name, `${where} answered with an error: ${withoutControls(words).slice(0, LIMIT_OF_WORDS)}`);
  return fatal(name, `${where} ${reason}`, ADVICE[kind]);
}
