import '../style/record.css';
import { useEffect, useState } from 'preact/hooks';
import { fetchTrackRecord, type TrackRecordAnswer } from '../feed/track-record.ts';
import type { Figures } from '../words/figures.ts';
import { conclusionIn, pointsOf, recordWords } from '../words/record.ts';
import { IntervalPlot, scaleOf } from './interval-plot.tsx';

export interface RecordProps {
  readonly code: string;
  readonly figures: Figures;
}

const RETRY_MS = 30_000;

function useTrackRecord() {
  const [record, setRecord] = useState<TrackRecordAnswer>();
  const [isFailing, setIsFailing] = useState(false);
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    async function read(): Promise<void> {
      try {
        setRecord(await fetchTrackRecord(ending.signal));
        setIsFailing(false);
      } catch {
        if (ending.signal.aborted) return;
        setIsFailing(true);
        timer = setTimeout(read, RETRY_MS);
      }
    }
    void read();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, []);
  return { record, isFailing };
}

/** The track record: the sentence, and each horizon with its difference as a dot and its intervals. */
export function Record({ code, figures }: RecordProps) {
  const { record, isFailing } = useTrackRecord();
  const words = recordWords(code);
  if (!record) return <p>{isFailing ? words.trouble : ''}</p>;
  const { horizons, from, to } = record;
  const share = (value: number | null): string =>
    value === null
      ? '–'
      : value.toLocaleString(code, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const scale = scaleOf(horizons);
  const [first] = horizons;
  return (
    <>
      <p class="conclusion">{conclusionIn(code, record)}</p>
      <table class="record">
        <thead>
          <tr>
            <th scope="col">{words.after}</th>
            <th scope="col">{words.lit}</th>
            <th scope="col">{words.others}</th>
            <th scope="col">
              {words.difference}
              <span class="ends" aria-hidden="true">
                <small>← {words.scale[0]}</small>
                <small>{words.scale[1]} →</small>
              </span>
            </th>
          </tr>
        </thead>
        <tbody>
          {horizons.map(({ horizon, lit, not_lit: others, difference, finding }) => {
            const none = finding === 'no_variation' ? words.noVariation : words.tooFew;
            const text = difference ? words.points(pointsOf(code, difference, false)) : none;
            return (
              <tr key={horizon}>
                <th scope="row">{words.horizons[horizon]}</th>
                <td>{share(lit.higher)}</td>
                <td>{share(others.higher)}</td>
                <td>
                  <IntervalPlot difference={difference} scale={scale} label={text} />
                  <small aria-hidden="true">{text}</small>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {first && (
        <p>
          {words.basis(
            first.lit.hours.toLocaleString(code),
            first.all.hours.toLocaleString(code),
            figures.utcDay(Date.parse(from)),
            figures.utcDay(Date.parse(to)),
          )}
        </p>
      )}
      <details>
        <summary>{words.how}</summary>
        {words.method.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </details>
    </>
  );
}
