import Type, { type Static } from 'typebox';
import { TimeSchema } from '../../domain/answer.ts';
import { nullable } from '../../domain/nullable.ts';
import { timeOrNull } from '../../domain/time/time.ts';
import type { RefreshReport } from '../../service/refresh-report.ts';

const count = (description: string) => Type.Integer({ minimum: 0, description });

export const ReportSchema = Type.Object({
  received: count('Records that the source sent: added + duplicates + rejected'),
  added: count('Records with a value that the store did not have'),
  duplicates: count('Valid records without a new value'),
  rejected: count('Invalid records'),
  rejections: Type.Array(Type.Object({ reason: Type.String(), count: count('Records rejected for it') })),
  as_of: nullable(TimeSchema, 'The time of the newest sample; null if there is none'),
});

export type Report = Static<typeof ReportSchema>;

export function report({ asOf, rejections, ...counts }: RefreshReport): Report {
  return { ...counts, rejections: [...rejections], as_of: timeOrNull(asOf) };
}
