import { readFileSync } from 'node:fs';

export const LABELS = ['positive', 'neutral', 'negative'] as const;

export type Label = (typeof LABELS)[number];

/** The sets in test/sentiment/labelled/. docs/sentiment.md describes the author and the use of each. */
export const LABELLED_SETS = [
  'headlines-tuning',
  'headlines-held-out',
  'headlines-second',
  'headlines-third',
  'headlines-phrases',
] as const;

type SetName = (typeof LABELLED_SETS)[number];

export interface LabelledHeadline {
  /** The part of its set; empty if the set has no parts. */
  readonly part: string;
  readonly label: Label;
  readonly headline: string;
}

/**
 * Reads the labelled headlines of a set: tab-separated columns with a header, the label and the headline last, after
 * the part if the set has parts.
 *
 * @throws Error if a line has no label.
 */
export function readLabelledHeadlines(name: SetName): LabelledHeadline[] {
  const text = readFileSync(new URL(`../../sentiment/labelled/${name}.tsv`, import.meta.url), 'utf8');
  const [, ...lines] = text.trimEnd().split('\n');
  return lines.map((line) => {
    const [headline = '', word, part = ''] = line.split('\t').reverse();
    const label = LABELS.find((one) => one === word);
    if (!label || headline === '') throw new Error(`${name}: ${line}`);
    return { part, label, headline };
  });
}

/** Counts by the label of a person (row) and of a scorer (column). */
type Confusion = Readonly<Record<Label, Readonly<Record<Label, number>>>>;

export interface Agreement {
  readonly count: number;
  readonly confusion: Confusion;
  /** The share of equal labels. This and the others are from 0 to 1. */
  readonly accuracy: number;
  /** The mean over the labels of the harmonic mean of precision and recall. */
  readonly macroF1: number;
  /** The share of equal labels where both the person and the scorer take a side. */
  readonly sidesAgree: number;
  /** The share of those where the person takes a side in which the scorer does too. */
  readonly sidesTaken: number;
}

const noCounts = () => ({ positive: 0, neutral: 0, negative: 0 });

function f1({ confusion, label }: { confusion: Confusion; label: Label }): number {
  const predicted = LABELS.reduce((sum, one) => sum + confusion[one][label], 0);
  const actual = LABELS.reduce((sum, one) => sum + confusion[label][one], 0);
  return predicted + actual === 0 ? 0 : (2 * confusion[label][label]) / (predicted + actual);
}

/** Compares a scorer with the labels of people. */
export function compareWithLabels(
  headlines: readonly LabelledHeadline[],
  label: (headline: string) => Label,
): Agreement {
  const confusion = { positive: noCounts(), neutral: noCounts(), negative: noCounts() };
  for (const one of headlines) confusion[one.label][label(one.headline)] += 1;
  const { positive, neutral, negative } = confusion;
  const agreeing = positive.positive + negative.negative;
  const opposed = positive.negative + negative.positive;
  const sided = agreeing + opposed + positive.neutral + negative.neutral;
  return {
    count: headlines.length,
    confusion,
    accuracy: (agreeing + neutral.neutral) / headlines.length,
    macroF1: LABELS.reduce((sum, one) => sum + f1({ confusion, label: one }), 0) / LABELS.length,
    sidesAgree: agreeing / (agreeing + opposed),
    sidesTaken: (agreeing + opposed) / sided,
  };
}
