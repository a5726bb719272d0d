// What the record says about made-up markets: how often it claims a difference where there is none, and how often it finds
// one that there is. Prints counts, and ends with 1 if a bound is missed. Five minutes.
import { parseArgs } from 'node:util';
import { calibrate } from './calibrate.ts';
import { KINDS } from './markets.ts';

const { values } = parseArgs({
  options: {
    markets: { type: 'string', default: '400' },
    found: { type: 'string', default: '100' },
    years: { type: 'string', default: '5' },
    drift: { type: 'string', default: '0.15' },
    seed: { type: 'string', default: '1' },
    kinds: { type: 'string', default: Object.keys(KINDS).join() },
  },
});

const isMissed = calibrate({
  markets: Number(values.markets),
  found: Number(values.found),
  years: Number(values.years),
  drift: Number(values.drift),
  seed: Number(values.seed),
  kinds: values.kinds.split(',') as (keyof typeof KINDS)[],
  print: (line) => console.log(line),
});
process.exitCode = isMissed ? 1 : 0;
