import type { TrackRecordAnswer } from '../../src/domain/past/track-record-answer.ts';
import { get } from './get.ts';

export type { TrackRecordAnswer };
export type HorizonAnswer = TrackRecordAnswer['horizons'][number];

export const fetchTrackRecord = (signal: AbortSignal): Promise<TrackRecordAnswer> =>
  get('/track-record', signal);
