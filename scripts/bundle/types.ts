import { compile } from 'json-schema-to-typescript';
import type { TSchema } from 'typebox';
import { AnswerSchema } from '../../src/domain/answer.ts';
import { HistorySchema } from '../../src/domain/history.ts';
import { TrackRecordSchema } from '../../src/domain/past/track-record-answer.ts';
import { SpellsSchema, VerdictCountsSchema, VerdictsSchema } from '../../src/domain/past/verdict.ts';
import { SourcesSchema } from '../../src/domain/sources/answer.ts';
import { ProblemSchema } from '../../src/http/problem.ts';
import { ReadySchema } from '../../src/http/routes/health.ts';
import { ReportSchema } from '../../src/http/routes/refresh-report.ts';
import { DaySchema } from '../../src/http/routes/senticrypt-day.ts';

/** By the name of the exported type. */
const RESPONSES: Readonly<Record<string, readonly [endpoint: string, schema: TSchema]>> = {
  Answer: ['`GET /is-bitcoin-lit`, and the event `summary` of `GET /live`', AnswerSchema],
  History: ['`GET /history`', HistorySchema],
  Verdicts: ['`GET /verdicts`', VerdictsSchema],
  Spells: ['`GET /verdicts?spells=true`', SpellsSchema],
  VerdictCounts: ['`GET /verdicts` with a `bucket` wider than an hour', VerdictCountsSchema],
  TrackRecord: ['`GET /track-record`', TrackRecordSchema],
  Sources: ['`GET /sources`', SourcesSchema],
  RefreshReport: ['`POST /refresh`', ReportSchema],
  SenticryptDay: ['`GET /v1/bitcoin.json`', DaySchema],
  Readiness: ['`GET /health/ready`', ReadySchema],
  Problem: ['every error', ProblemSchema],
};

/** Type declarations of the API's responses, for clients. */
export async function responseTypes(): Promise<string> {
  const types = Object.entries(RESPONSES).map(([name, [endpoint, schema]]) =>
    // A copy, since the schemas of typebox have hidden parts.
    compile(JSON.parse(JSON.stringify({ ...schema, description: `The response of ${endpoint}.` })), name, {
      bannerComment: '',
      additionalProperties: false,
      ignoreMinAndMaxItems: true,
      style: { printWidth: 110, singleQuote: true },
    }),
  );
  return `// The JSON of the API's responses.\n${(await Promise.all(types)).join('\n')}`;
}
