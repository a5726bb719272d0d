import { type Config, type InspectedConfig, proxiesOf } from '../config/config.ts';
import { publicReason, SourceError } from '../domain/errors.ts';
import { OutboundError } from '../outbound/fault.ts';
import type { Look, Place, Places } from '../sources/upstream.ts';
import { adviceFor } from './advice.ts';
import { type CheckResult, failed, fatal, ok, warning } from './check-result.ts';
import { type Exchanged, recordingOutbound } from './recorder.ts';
import { unchecked } from './settings.ts';

export interface SourceResults {
  readonly results: readonly CheckResult[];
  /** What the answer will be made of. */
  readonly outcomes: readonly CheckResult[];
  /** How far the clock of each host is ahead. Milliseconds. */
  readonly clocksAheadMs: readonly number[];
}

const NO_WAY_OUT =
  'No source can be reached. Check the network and the firewall; if this network needs a proxy, set HTTPS_PROXY.';
const MEND = 'Correct what failed above.';

const inSeconds = (aheadMs: number): string =>
  `clock ${aheadMs < 0 ? '−' : '+'}${(Math.abs(aheadMs) / 1000).toFixed(1)} s`;

/** How the answer came, step by step. */
function steps({
  host,
  addresses,
  tls,
  connectedMs,
  isViaProxy,
  status,
  tookMs,
  clockAheadMs,
}: Exchanged): string {
  const [address] = addresses ?? [];
  const parts = [
    host,
    address,
    isViaProxy ? 'through the proxy' : undefined,
    connectedMs === undefined ? undefined : `connected in ${connectedMs} ms`,
    tls?.replace('TLSv', 'TLS '),
    status === undefined ? undefined : `status ${status}`,
    tookMs === undefined ? undefined : `${tookMs} ms in all`,
    clockAheadMs === undefined ? undefined : inSeconds(clockAheadMs),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function reasonOf(error: unknown): string {
  if (error instanceof OutboundError) return error.reason;
  return (error instanceof SourceError ? error.message : publicReason(error)).replace(/^the source /, '');
}

function lookResult(place: Place, { found, doubt }: Look, seen: Exchanged): CheckResult {
  const detail = `${found} (${steps(seen)})`;
  return doubt === undefined ? ok(place.name, detail) : warning(place.name, `${doubt}: ${detail}`);
}

function faultResult(place: Place, error: unknown, seen: Exchanged): CheckResult {
  const reason = reasonOf(error);
  const isUntold = seen.isViaProxy && seen.status === undefined && !reason.includes('proxy');
  const detail = `${seen.host ?? 'it'} ${reason}${isUntold ? ' (through the proxy)' : ''}`;
  const advice = adviceFor(place, seen);
  // The index is shown beside the answer, which needs nothing of it.
  return place.kind === 'index' ? warning(place.name, detail, advice) : failed(place.name, detail, advice);
}

async function checkPlace(
  place: Place,
  config: Config,
  signal: AbortSignal,
): Promise<{ result: CheckResult; seen: Exchanged }> {
  const { outbound, record: seen } = recordingOutbound(proxiesOf(config));
  try {
    const look = await place.look(outbound, Date.now(), signal);
    return { result: lookResult(place, look, seen), seen };
  } catch (error) {
    if (signal.aborted) return { result: failed(place.name, 'did not finish in time'), seen };
    return { result: faultResult(place, error, seen), seen };
  } finally {
    // Not waited for: what hangs would hold this too.
    void outbound[Symbol.asyncDispose]().then(undefined, () => undefined);
  }
}

/** Only host and port: user name and password of a proxy are secrets. */
function describeProxies(config: Config): CheckResult {
  const { http, https, except } = proxiesOf(config);
  const [ofHttp, ofHttps] = [http, https ?? http].map((text) => text && URL.parse(text)?.host);
  if (!ofHttp && !ofHttps) return ok('proxy', 'none is set');
  const parts = [
    ofHttps && `${ofHttps} for https`,
    ofHttp && `${ofHttp} for http`,
    except && 'with exceptions',
  ];
  return ok('proxy', parts.filter(Boolean).join(', '));
}

/** All places that the source asks, at once; each has a deadline of its own. */
export async function checkSources(
  inspected: InspectedConfig,
  places: Places,
  signal: AbortSignal,
): Promise<SourceResults> {
  const { config } = inspected;
  const checked = await Promise.all(
    places.list.map(async (place) => {
      const needed = [place.setting, 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];
      const skipped = unchecked(place.name, needed, inspected);
      return skipped ? { result: skipped, seen: undefined } : await checkPlace(place, config, signal);
    }),
  );
  const asked = checked.flatMap(({ seen }) => seen ?? []);
  const isCutOff = asked.length > 0 && asked.every(({ status }) => status === undefined);
  const advice = isCutOff ? NO_WAY_OUT : MEND;
  const outcomes = places
    .outcomes(Date.now())
    .map(({ name, value, reason }) =>
      value === undefined ? fatal(name, `none: ${reason}`, advice) : ok(name, value),
    );
  return {
    results: [describeProxies(config), ...checked.map(({ result }) => result)],
    outcomes,
    clocksAheadMs: asked.flatMap(({ clockAheadMs }) => clockAheadMs ?? []),
  };
}
