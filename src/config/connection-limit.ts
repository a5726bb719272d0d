/** For all that is no client's: files, Redis, sources, what Node.js has itself. */
const OWN = 128;

/** Of a limit that is very low, clients get at least these. */
const FEWEST = 64;

interface Report {
  readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } };
}

/** How many connections the system's limit of open files leaves to clients; infinite where it sets none. */
export function roomForConnections(): number {
  // A look at each network interface takes long; the types do not know of it yet.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as Report;
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? Math.max(FEWEST, soft - OWN) : Number.POSITIVE_INFINITY;
}
