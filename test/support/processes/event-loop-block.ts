const CHECK_INTERVAL_MS = 5;

/**
 * The longest time for which this thread's own work blocked the event loop meanwhile, in milliseconds of processor
 * time. The time that other processes take on a busy machine does not count.
 */
export async function longestLoopBlockMs(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  const measure = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    before = process.threadCpuUsage();
  };
  const timer = setInterval(measure, CHECK_INTERVAL_MS);
  try {
    await work();
    measure();
  } finally {
    clearInterval(timer);
  }
  return longest;
}
