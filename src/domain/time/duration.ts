/** A duration in milliseconds, for people: "90 s", "5 min", "3 hours", "1,200 days". Negative durations become 0. */
export function durationText(duration: number): string {
  const seconds = Math.max(0, Math.round(duration / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} hours`;
  return `${Math.round(seconds / 86_400).toLocaleString('en')} days`;
}
