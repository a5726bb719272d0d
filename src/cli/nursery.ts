import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's space for new objects at a few megabytes. What a stream of samples makes is garbage a moment later; V8
 * would let the space grow to tens of megabytes before it looks, which is no quicker here. It has to be called early.
 */
export function keepNurserySmall(): void {
  setFlagsFromString('--max-semi-space-size=4');
  setFlagsFromString('--semi-space-growth-factor=1');
}
