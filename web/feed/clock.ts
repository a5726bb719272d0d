/** The device's clock may be far off, so the page uses the server's, from the `Date` header of each response. */
const TOLERANCE = 5000;

let ahead = 0;

/** Sets the clock from a response's `Date`. */
export function setClockBy({ headers }: Response): void {
  const date = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(date)) return;
  const difference = date - Date.now();
  ahead = Math.abs(difference) > TOLERANCE ? difference : 0;
}

/** The server's time, in epoch milliseconds. */
export const now = (): number => Date.now() + ahead;
