import { SourceError, type SourceFault } from '../domain/errors.ts';

/** Why no response arrived. A response with another status than 200 is not a fault. */
export type OutboundFault =
  | 'name_not_found'
  | 'lookup_failed'
  | 'connection_refused'
  | 'network_unreachable'
  | 'connection_reset'
  | 'tls_self_signed'
  | 'tls_untrusted'
  | 'tls_expired'
  | 'tls_wrong_host'
  | 'tls_failed'
  | 'proxy_refused'
  | 'proxy_unreachable'
  | 'timeout_connecting'
  | 'timeout_waiting'
  | 'timeout_reading'
  | 'private_address'
  | 'redirect_refused'
  | 'too_large'
  | 'bad_response';

/** The message is "the source " and the reason. `cause` has the system's error, for the log. */
export class OutboundError extends SourceError {
  readonly fault: OutboundFault;
  /** One line for readers, to follow the name of the source: "cannot be reached: connection refused". */
  readonly reason: string;

  constructor(code: SourceFault, fault: OutboundFault, reason: string, cause?: unknown) {
    super(code, `the source ${reason}`, { cause });
    this.fault = fault;
    this.reason = reason;
  }
}

const REACH = 'cannot be reached: ';

/** By the error code of the system, OpenSSL or undici. */
const CODES: Readonly<Record<string, readonly [OutboundFault, reason: string]>> = {
  ENOTFOUND: ['name_not_found', `${REACH}name not found`],
  EAI_AGAIN: ['lookup_failed', `${REACH}name lookup failed`],
  EAI_FAIL: ['lookup_failed', `${REACH}name lookup failed`],
  ECONNREFUSED: ['connection_refused', `${REACH}connection refused`],
  EHOSTUNREACH: ['network_unreachable', `${REACH}network unreachable`],
  ENETUNREACH: ['network_unreachable', `${REACH}network unreachable`],
  EADDRNOTAVAIL: ['network_unreachable', `${REACH}network unreachable`],
  EACCES: ['network_unreachable', `${REACH}blocked on this machine`],
  EPERM: ['network_unreachable', `${REACH}blocked on this machine`],
  ETIMEDOUT: ['timeout_connecting', `${REACH}connection timed out`],
  UND_ERR_CONNECT_TIMEOUT: ['timeout_connecting', `${REACH}connection timed out`],
  ECONNRESET: ['connection_reset', `${REACH}connection closed`],
  EPIPE: ['connection_reset', `${REACH}connection closed`],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['connection_reset', `${REACH}connection closed`],
  UND_ERR_SOCKET: ['connection_reset', `${REACH}connection closed`],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['tls_self_signed', `${REACH}TLS certificate is self-signed`],
  SELF_SIGNED_CERT_IN_CHAIN: ['tls_self_signed', `${REACH}TLS certificate is self-signed`],
  CERT_HAS_EXPIRED: ['tls_expired', `${REACH}TLS certificate has expired`],
  CERT_NOT_YET_VALID: ['tls_expired', `${REACH}TLS certificate is not valid yet`],
  ERR_TLS_CERT_ALTNAME_INVALID: ['tls_wrong_host', `${REACH}TLS certificate is for another host`],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['tls_untrusted', `${REACH}TLS certificate is not trusted`],
  UNABLE_TO_GET_ISSUER_CERT: ['tls_untrusted', `${REACH}TLS certificate is not trusted`],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['tls_untrusted', `${REACH}TLS certificate is not trusted`],
  EPROTO: ['tls_failed', `${REACH}TLS handshake failed`],
  UND_ERR_PRX_TLS: ['proxy_unreachable', `${REACH}proxy's TLS certificate is for another host`],
  UND_ERR_PRX_CONN: ['proxy_unreachable', `${REACH}proxy closed the connection`],
  UND_ERR_HEADERS_OVERFLOW: ['bad_response', 'sent headers that are too large'],
};

const UNKNOWN = ['bad_response', 'did not answer in HTTP'] as const;

/** Faults of a connection attempt. Through a proxy, they are the proxy's own. */
const CONNECT_FAULTS: readonly OutboundFault[] = [
  'name_not_found',
  'lookup_failed',
  'connection_refused',
  'network_unreachable',
  'timeout_connecting',
];

/** The status of a proxy that rejected the request. undici has it only in the message. */
function proxyStatus(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(cause.message)?.[1];
}

/**
 * Explains an error of undici, the system or TLS.
 *
 * @param context `isOfProxy`: the connection was to a proxy; `isAnswered`: the response headers had arrived.
 */
export function explain(
  cause: unknown,
  { isOfProxy, isAnswered }: { isOfProxy: boolean; isAnswered: boolean },
): OutboundError {
  if (cause instanceof OutboundError) return cause;
  const status = proxyStatus(cause);
  if (status)
    return new OutboundError('unreachable', 'proxy_refused', `${REACH}proxy answered ${status}`, cause);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isTls = /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_)/.test(code);
  const [fault, reason] = CODES[isTls && !CODES[code] ? 'EPROTO' : code] ?? UNKNOWN;
  if (isOfProxy && CONNECT_FAULTS.includes(fault)) {
    const inProxy = reason.replace(REACH, `${REACH}proxy: `);
    return new OutboundError('unreachable', 'proxy_unreachable', inProxy, cause);
  }
  if (isAnswered && fault === 'connection_reset')
    return new OutboundError('unreachable', fault, 'closed the connection during its response', cause);
  return new OutboundError(fault === 'timeout_connecting' ? 'timeout' : 'unreachable', fault, reason, cause);
}

export type Phase = 'connecting' | 'waiting' | 'reading';

export function deadlineError(phase: Phase, deadlineMs: number, cause: unknown): OutboundError {
  const reason = `took more than ${deadlineMs / 1000} s${phase === 'connecting' ? ' to connect' : ''}`;
  return new OutboundError('timeout', `timeout_${phase}`, reason, cause);
}
