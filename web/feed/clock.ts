/** A device's clock may be wrong by much; the server's own is told with each of its answers, in whole seconds. */
const TOLERANCE = 5000;

let ahead = 0;

/** Learns from an answer's `Date`. */
export function setClockBy({ headers }: Response): void {
  const told = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(told)) return;
  const difference = told - Date.now();
  ahead = Math.abs(difference) > TOLERANCE ? difference : 0;
}

/** The server's time, in epoch milliseconds. */
export const now = (): number => Date.now() + ahead;
