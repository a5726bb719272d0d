// Makes the checks in a process of its own, which `runChecks` ends at its limit: a name server or a disk that hangs
// holds a thread, and with it the process, where nothing else can end it.
import process from 'node:process';
import { runAllChecks } from './checks.ts';

/** A little before the limit, so that what was found until then is told. Milliseconds. */
const LIMIT = 12_000;

// Whoever asked for it is gone.
process.once('disconnect', () => process.exit());
await runAllChecks(
  (heading, results) => void process.send?.({ heading, results }),
  AbortSignal.timeout(LIMIT),
);
process.send?.({ isOver: true });
