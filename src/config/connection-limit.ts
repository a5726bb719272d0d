/** File descriptors for files, Redis, sources and Node.js itself. */
const RESERVED = 128;

/** Even with a very low limit of open files. */
const MIN_CONNECTIONS = 64;

/** How many client connections the limit of open files allows; infinite if there is no limit. */
export function roomForConnections(): number {
  // Network interfaces would make the report slow. The types do not know this option yet.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? Math.max(MIN_CONNECTIONS, soft - RESERVED) : Number.POSITIVE_INFINITY;
}
