import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's space for new objects from growing until disposed. Loading the word lists and generating history create so
 * much garbage that it would grow from 20 MB to 60, and it does not shrink again.
 */
export function holdNewSpace(): Disposable {
  setFlagsFromString('--semi-space-growth-factor=1');
  return {
    [Symbol.dispose]() {
      // V8's default.
      setFlagsFromString('--semi-space-growth-factor=2');
    },
  };
}
