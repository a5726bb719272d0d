// Runs the checks in a separate process, which `runChecks` kills at its time limit: a thread that DNS or a disk blocks can
// be freed only by ending its process.
import process from 'node:process';
import { runAllChecks } from './checks.ts';

/** Less than the limit of `runChecks`, so that partial results still arrive. */
const LIMIT_MS = 12_000;

// The parent process is gone.
process.once('disconnect', () => process.exit());
await runAllChecks(
  (heading, results) => void process.send?.({ heading, results }),
  AbortSignal.timeout(LIMIT_MS),
);
process.send?.({ isOver: true });
