import { type Config, type InspectedConfig, proxiesOf } from '../config/config.ts';
import { type CheckResult, failed, fatal, ok, warning } from '../domain/check-result.ts';
import { ignoreRejection, publicReason, SourceError } from '../domain/errors.ts';
import { OutboundError } from '../outbound/fault.ts';
import type { Probe, Upstream, Upstreams } from '../sources/upstream.ts';
import { adviceFor } from './advice.ts';
import { type RequestRecord, recordingOutbound } from './recorder.ts';
import { skippedCheck } from './settings.ts';

const NOTHING_REACHABLE =
  'No source can be reached. Check the network and the firewall; if this network needs a proxy, set HTTPS_PROXY.';
const CORRECT_FAILURES = 'Correct what failed above.';

const clockText = (aheadMs: number): string =>
  `clock ${aheadMs < 0 ? '−' : '+'}${(Math.abs(aheadMs) / 1000).toFixed(1)} s`;

/** The steps of a successful request. */
function describeSteps({
  host,
  addresses,
  tls,
  connectedMs,
  isViaProxy,
  status,
  tookMs,
  clockAheadMs,
}: RequestRecord): string {
  const parts = [
    host,
    addresses?.[0],
    isViaProxy && 'through the proxy',
    connectedMs !== undefined && `connected in ${connectedMs} ms`,
    tls?.replace('TLSv', 'TLS '),
    status !== undefined && `status ${status}`,
    tookMs !== undefined && `${tookMs} ms in all`,
    clockAheadMs !== undefined && clockText(clockAheadMs),
  ];
  return parts.filter(Boolean).join(', ');
}

function reasonOf(error: unknown): string {
  if (error instanceof OutboundError) return error.reason;
  return (error instanceof SourceError ? error.message : publicReason(error)).replace(/^the source /, '');
}

function successResult(
  place: Upstream,
  { found, warning: problem }: Probe,
  exchange: RequestRecord,
): CheckResult {
  const detail = `${found} (${describeSteps(exchange)})`;
  return problem === undefined ? ok(place.name, detail) : warning(place.name, `${problem}: ${detail}`);
}

function failureResult(place: Upstream, error: unknown, exchange: RequestRecord): CheckResult {
  const reason = reasonOf(error);
  const needsProxyNote = exchange.isViaProxy && exchange.status === undefined && !reason.includes('proxy');
  const detail = `${exchange.host ?? 'it'} ${reason}${needsProxyNote ? ' (through the proxy)' : ''}`;
  const advice = adviceFor(place, exchange);
  // The answer does not need the Fear & Greed index.
  return place.kind === 'index' ? warning(place.name, detail, advice) : failed(place.name, detail, advice);
}

async function checkPlace(place: Upstream, config: Config, signal: AbortSignal) {
  const { outbound, exchange } = recordingOutbound(proxiesOf(config));
  try {
    const probe = await place.probe(outbound, Date.now(), signal);
    return { result: successResult(place, probe, exchange), exchange };
  } catch (error) {
    if (signal.aborted) return { result: failed(place.name, 'did not finish in time'), exchange };
    return { result: failureResult(place, error, exchange), exchange };
  } finally {
    // Not awaited, because it may hang as well.
    void outbound[Symbol.asyncDispose]().then(undefined, ignoreRejection);
  }
}

/** Shows only host and port: user name and password of a proxy are secrets. */
function describeProxies(config: Config): CheckResult {
  const { http, https, except } = proxiesOf(config);
  const [httpProxy, httpsProxy] = [http, https ?? http].map((url) => url && URL.parse(url)?.host);
  if (!httpProxy && !httpsProxy) return ok('proxy', 'none is set');
  const parts = [
    httpsProxy && `${httpsProxy} for https`,
    httpProxy && `${httpProxy} for http`,
    except && 'with exceptions',
  ];
  return ok('proxy', parts.filter(Boolean).join(', '));
}

/**
 * Sends a request to each upstream of the source, all at once, each with its own deadline.
 *
 * @returns `outcomes`: whether there would be a price and a sentiment; `clocksAheadMs`: how far the clock of each host is ahead.
 */
export async function checkSources(inspected: InspectedConfig, places: Upstreams, signal: AbortSignal) {
  const { config } = inspected;
  const checked = await Promise.all(
    places.list.map(async (place) => {
      const needed = [place.setting, 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];
      const skipped = skippedCheck(place.name, needed, inspected);
      return skipped ? { result: skipped, exchange: undefined } : await checkPlace(place, config, signal);
    }),
  );
  const exchanges = checked.flatMap(({ exchange }) => exchange ?? []);
  const isOffline = exchanges.length > 0 && exchanges.every(({ status }) => status === undefined);
  const advice = isOffline ? NOTHING_REACHABLE : CORRECT_FAILURES;
  const outcomes = places
    .outcomes(Date.now())
    .map(({ name, value, reason }) =>
      value === undefined ? fatal(name, `none: ${reason}`, advice) : ok(name, value),
    );
  return {
    results: [describeProxies(config), ...checked.map(({ result }) => result)],
    outcomes,
    clocksAheadMs: exchanges.flatMap(({ clockAheadMs }) => clockAheadMs ?? []),
  };
}
