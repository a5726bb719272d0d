import { type CheckResult, fatal } from '../../../domain/check-result.ts';
import { SetupError, StoreError } from '../../../domain/errors.ts';
import { withoutControls } from '../../../domain/untrusted-text.ts';
import { explain, type OutboundFault } from '../../../outbound/fault.ts';
import { connectFault } from '../connection/faults.ts';

const START =
  'Start Redis there, or correct the host and port in REDIS_URL. `npm run redis` starts one to try.';
const TRUST = 'Install its certificate authority on this machine, or name its file in NODE_EXTRA_CA_CERTS.';
const NOT_TLS = 'If Redis does not use TLS on this port, begin REDIS_URL with redis instead of rediss.';
const IS_TLS = 'If Redis uses TLS on this port, begin REDIS_URL with rediss instead of redis.';
const UNREACHABLE = 'Check the host and port in REDIS_URL, and whether a firewall is in between.';

const ADVICE: Partial<Record<OutboundFault, string>> = {
  name_not_found: 'Correct the host in REDIS_URL, or check the DNS settings of this machine.',
  lookup_failed: 'Check the DNS settings of this machine.',
  connection_refused: START,
  network_unreachable: 'Check the network of this machine and its firewall.',
  tls_self_signed: TRUST,
  tls_untrusted: TRUST,
  tls_expired: 'Renew the certificate of Redis, or correct the clock of this machine.',
  tls_wrong_host: 'Use the host name in REDIS_URL that the certificate is for.',
  tls_failed: NOT_TLS,
  timeout_connecting: UNREACHABLE,
};

/** How much of the server's own message is shown. */
const MAX_MESSAGE_LENGTH = 120;

/** The system's error inside store errors. */
function innermost(error: unknown): unknown {
  return error instanceof StoreError && error.cause !== undefined ? innermost(error.cause) : error;
}

/** Explains why Redis cannot be reached or used. */
export function redisFailure(name: string, error: unknown, where: string, hasTls: boolean): CheckResult {
  const fault = connectFault(error);
  if (fault instanceof SetupError) return fatal(name, fault.message);
  const cause = innermost(error);
  const isTimeout = cause instanceof StoreError && cause.code === 'timeout';
  const message = cause instanceof Error ? cause.message : '';
  const tlsAdvice = hasTls ? NOT_TLS : IS_TLS;
  if (isTimeout || /timeout/i.test(message))
    return fatal(name, `${where} does not answer in time`, `${UNREACHABLE} ${tlsAdvice}`);
  if (/closed unexpectedly/i.test(message)) return fatal(name, `${where} closes the connection`, tlsAdvice);
  if (cause instanceof StoreError) return fatal(name, `${where}: ${cause.message}`, START);
  const { fault: kind, reason } = explain(cause, { isOfProxy: false, isAnswered: false });
  if (kind !== 'bad_response') return fatal(name, `${where} ${reason}`, ADVICE[kind]);
  const shown = withoutControls(message).slice(0, MAX_MESSAGE_LENGTH);
  return fatal(name, `${where} answered with an error: ${shown}`);
}
