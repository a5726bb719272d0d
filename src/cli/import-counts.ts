interface Counts {
  readonly received: number;
  readonly added: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly reason: string; readonly count: number }[];
}

/** What a refresh or an import has brought, in a line. */
export function countsInWords({ received, added, duplicates, rejected, rejections }: Counts): string {
  const why = rejections.map(({ reason, count }) => `${count} ${reason}`).join(', ');
  const counts = `${received} received: ${added} added, ${duplicates} duplicates, ${rejected} rejected`;
  return why ? `${counts} (${why})` : counts;
}
