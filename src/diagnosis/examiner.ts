// Makes the checks in a process of its own, which `runExamination` ends at its limit: a name server or a disk that hangs
// holds a thread, and with it the process, where nothing else can end it.
import process from 'node:process';
import { examine } from './examination.ts';

/** A little before the limit, so that what was found until then is told. Milliseconds. */
const LIMIT = 12_000;

// Whoever asked for it is gone.
process.once('disconnect', () => process.exit());
await examine((heading, findings) => void process.send?.({ heading, findings }), AbortSignal.timeout(LIMIT));
process.send?.({ isOver: true });
