import { readFileSync } from 'node:fs';

export const LABELS = ['positive', 'neutral', 'negative'] as const;

export type Label = (typeof LABELS)[number];

/** The sets in test/sentiment/labelled/. docs/sentiment.md describes the author and the use of each. */
export const SETS = [
  'headlines-tuning',
  'headlines-held-out',
  'headlines-second',
  'headlines-third',
  'headlines-phrases',
] as const;

type SetName = (typeof SETS)[number];

export interface Labelled {
  /** The part of its set; empty if the set has no parts. */
  readonly part: string;
  readonly label: Label;
  readonly headline: string;
}

/**
 * Reads the labelled headlines of a set: tab-separated columns with a header, the label and the headline last, after the
 * part if the set has parts.
 *
 * @throws Error if a line has no label.
 */
export function labelled(name: SetName): Labelled[] {
  const text = readFileSync(new URL(`../../sentiment/labelled/${name}.tsv`, import.meta.url), 'utf8');
  const [, ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => {
    const [headline = '', word, part = ''] = line.split('\t').reverse();
    const label = LABELS.find((one) => one === word);
    if (!label || headline === '') throw new Error(`${name}: ${line}`);
    return { part, label, headline };
  });
}

/** How often (row) a person said and (column) a scorer said. */
type Confusion = Readonly<Record<Label, Readonly<Record<Label, number>>>>;

export interface Agreement {
  readonly count: number;
  readonly confusion: Confusion;
  /** Of all. This and the others are parts of 1. */
  readonly right: number;
  /** The mean over the labels of the harmonic mean of precision and recall. */
  readonly macroF1: number;
  /** Of those where the person and the scorer both take a side. */
  readonly sidesAgree: number;
  /** Of those where the person takes a side: where the scorer does too. */
  readonly sidesTaken: number;
}

const none = () => ({ positive: 0, neutral: 0, negative: 0 });

function f1({ confusion, label }: { confusion: Confusion; label: Label }): number {
  const said = LABELS.reduce((sum, one) => sum + confusion[one][label], 0);
  const meant = LABELS.reduce((sum, one) => sum + confusion[label][one], 0);
  return said + meant === 0 ? 0 : (2 * confusion[label][label]) / (said + meant);
}

/** Holds a scorer against people. */
export function compare(headlines: readonly Labelled[], label: (headline: string) => Label): Agreement {
  const confusion = { positive: none(), neutral: none(), negative: none() };
  for (const one of headlines) confusion[one.label][label(one.headline)] += 1;
  const { positive, neutral, negative } = confusion;
  const agreeing = positive.positive + negative.negative;
  const opposed = positive.negative + negative.positive;
  const sided = agreeing + opposed + positive.neutral + negative.neutral;
  return {
    count: headlines.length,
    confusion,
    right: (agreeing + neutral.neutral) / headlines.length,
    macroF1: LABELS.reduce((sum, one) => sum + f1({ confusion, label: one }), 0) / LABELS.length,
    sidesAgree: agreeing / (agreeing + opposed),
    sidesTaken: (agreeing + opposed) / sided,
  };
}
