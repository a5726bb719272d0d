import type { HistoryBucket } from '../domain/bucket.ts';
import { type JudgedHour, verdictRow } from '../domain/past/verdict.ts';
import type { Sample } from '../domain/sample.ts';
import { createParquetRows, type ParquetColumn } from './writer.ts';

const SAMPLE: readonly ParquetColumn<Sample>[] = [
  { name: 'time', type: 'time', of: ({ time }) => time },
  { name: 'price', type: 'number', of: ({ price }) => price },
  { name: 'sentiment', type: 'number', of: ({ sentiment }) => sentiment },
];

/** The columns of `GET /history`. */
const BUCKET: readonly ParquetColumn<HistoryBucket>[] = [
  { name: 'time', type: 'time', of: ({ start }) => start },
  { name: 'price', type: 'number', of: ({ price }) => price },
  { name: 'price_min', type: 'number', of: ({ priceMin }) => priceMin },
  { name: 'price_max', type: 'number', of: ({ priceMax }) => priceMax },
  { name: 'sentiment', type: 'number', of: ({ sentiment }) => sentiment },
  { name: 'price_samples', type: 'count', of: ({ priceSamples }) => priceSamples },
  { name: 'sentiment_samples', type: 'count', of: ({ sentimentSamples }) => sentimentSamples },
];

export const sampleParquet = (rowsPerGroup: number) => createParquetRows(SAMPLE, rowsPerGroup);

export const bucketParquet = (rowsPerGroup: number) => createParquetRows(BUCKET, rowsPerGroup);

/** The columns of `GET /verdicts`. */
const VERDICT: readonly ParquetColumn<JudgedHour>[] = [
  { name: 'time', type: 'time', of: ({ start }) => start },
  { name: 'verdict', type: 'text', of: (one) => verdictRow(one, '').verdict },
  { name: 'price_direction', type: 'text', of: ({ directions }) => directions.priceDirection },
  { name: 'sentiment_direction', type: 'text', of: ({ directions }) => directions.sentimentDirection },
  { name: 'price', type: 'number', of: ({ price }) => price },
  { name: 'sentiment', type: 'number', of: ({ sentiment }) => sentiment },
];

export const verdictParquet = (rowsPerGroup: number) => createParquetRows(VERDICT, rowsPerGroup);
