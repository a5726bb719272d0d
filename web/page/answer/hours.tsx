import { useRef } from 'preact/hooks';
import type { Answer } from '../../../src/domain/answer.ts';
import type { Direction } from '../../../src/domain/direction.ts';
import { type Figures, isAtUtc } from '../../words/figures.ts';
import type { Words } from '../../words/words.ts';
import { Arrow, directionBetween } from './arrow.tsx';
import { useWidest } from './fit.ts';

const HOUR = 3_600_000;
/** Hours of another day are labelled with it, since they look like today's. */
const OLD = 24 * HOUR;

type Hour = Answer['hourly_average_of_averages'][number];

/** Before the answer arrives, shows the current hours, so that nothing moves when it does. */
function hoursOf(answer: Answer | undefined, now: number): (Hour | { readonly time: string })[] {
  if (answer) return answer.hourly_average_of_averages;
  const last = Math.floor(now / HOUR) * HOUR;
  return [2, 1, 0].map((back) => ({ time: new Date(last - back * HOUR).toISOString() }));
}

interface Row {
  readonly name: string;
  readonly directions: Readonly<Record<Direction, string>>;
  readonly direction: Direction;
  /** Unknown values have no text. */
  readonly cells: readonly { readonly step: Direction; readonly text: string | undefined }[];
}

interface HoursProps {
  readonly words: Words;
  readonly figures: Figures;
  readonly answer: Answer | undefined;
  readonly now: number;
}

/** The three hours behind the answer. */
export function Hours({ words, figures, answer, now }: HoursProps) {
  const table = useRef<HTMLTableElement>(null);
  const hours = hoursOf(answer, now);
  const newest = Date.parse(hours.at(-1)?.time ?? '');

  function rowOf(value: 'price' | 'sentiment', direction: Direction): Row {
    const values = hours.map((hour) => ('complete' in hour ? hour[value] : undefined));
    // More digits if two values beside an arrow would look the same.
    const write = figures.apart(value, values);
    const cells = values.map((one, index) => ({
      step: index === 0 ? 'unknown' : directionBetween(values[index - 1], one),
      text: one == null ? undefined : write(one),
    }));
    return { name: words[value], directions: words.direction[value], direction, cells };
  }

  const rows = [
    rowOf('price', answer?.price_direction ?? 'unknown'),
    rowOf('sentiment', answer?.sentiment_direction ?? 'unknown'),
  ];
  const none = answer ? words.noValue : '–';
  useWidest(table, '.figure', JSON.stringify([rows, none]));
  return (
    <div class="hours-room">
      <table class="hours" ref={table}>
        <caption class="unseen">{words.hours}</caption>
        <thead>
          <tr>
            <td>{now - newest >= OLD ? figures.day(newest) : words.averages}</td>
            {hours.map((hour) => {
              const start = Date.parse(hour.time);
              const isRunning = 'complete' in hour && !hour.complete;
              const end = isRunning && !answer?.stale ? words.soFar : figures.clock(start + HOUR);
              return (
                <th scope="col" key={hour.time}>
                  <span>
                    {figures.clock(start)}–{end}
                  </span>
                  <small>{isAtUtc(start) ? 'UTC' : `${figures.utcClock(start)} UTC`}</small>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, directions, direction, cells }) => (
            <tr key={name}>
              <th scope="row">
                <div>
                  {name}
                  <span class="direction">
                    <Arrow direction={direction} />
                    {answer ? directions[direction] : ' '}
                  </span>
                </div>
              </th>
              {cells.map(({ step, text }, index) => (
                <td key={hours[index]?.time}>
                  <span class="figure">
                    <Arrow direction={step} />
                    {step !== 'unknown' && <span class="unseen">{directions[step]} </span>}
                    {text ?? <span class="none">{none}</span>}
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
