import Type, { type Static } from 'typebox';
import { TimeSchema } from '../../domain/answer.ts';
import { timeOrNull } from '../../domain/time/time.ts';
import type { RefreshReport } from '../../service/refresh-report.ts';

const count = (description: string) => Type.Integer({ minimum: 0, description });

/** What a refresh brought, as it leaves. */
export const ReportSchema = Type.Object({
  received: count('Records that the source sent: added + duplicates + rejected'),
  added: count('Records that brought a value not kept before them'),
  duplicates: count('Good records that brought nothing new'),
  rejected: count('Records that are not fit to be kept'),
  rejections: Type.Array(Type.Object({ reason: Type.String(), count: count('Records rejected for it') })),
  as_of: Type.Union([TimeSchema, Type.Null()], {
    description: "The newest sample's time; null where there is none",
  }),
});

export type Report = Static<typeof ReportSchema>;

export function report({ asOf, rejections, ...counts }: RefreshReport): Report {
  return { ...counts, rejections: [...rejections], as_of: timeOrNull(asOf) };
}
