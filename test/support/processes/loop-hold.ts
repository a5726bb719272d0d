/** How often the loop is looked at. Milliseconds. */
const EVERY = 5;

/**
 * The longest time that the loop was held by this thread's own work meanwhile, in milliseconds of processor time: what
 * other processes take on a busy machine does not count.
 */
export async function longestHoldDuring(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  const look = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    before = process.threadCpuUsage();
  };
  const timer = setInterval(look, EVERY);
  try {
    await work();
    look();
  } finally {
    clearInterval(timer);
  }
  return longest;
}
