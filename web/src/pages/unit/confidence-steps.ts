import { ratio } from '../../design/numbers.ts';

interface Point {
  readonly at: string;
  readonly confidence: number;
}

/** A line of steps in a box: each point holds until the next one, the last one until now. */
export function stepsOf(points: readonly Point[], now: Date, width: number, height: number): string {
  const times = points.map(({ at }) => new Date(at).getTime());
  const [begin = 0] = times;
  const span = Math.max(1, now.getTime() - begin);
  const x = (time: number) => Math.min(width, (width * (time - begin)) / span).toFixed(1);
  const y = (confidence: number) => (height * (1 - confidence)).toFixed(1);
  const line = points.flatMap(({ confidence }, index) => {
    const corner = `${x(times[index] ?? begin)},${y(confidence)}`;
    const before = points[index - 1];
    return before ? [`${x(times[index] ?? begin)},${y(before.confidence)}`, corner] : [corner];
  });
  const last = points.at(-1);
  return [...line, ...(last ? [`${width},${y(last.confidence)}`] : [])].join(' ');
}

/** What the line shows, in one sentence. */
export function inWords(points: readonly Point[]): string {
  const values = points.map(({ confidence }) => confidence);
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `Confidence over time: from ${ratio(first)} to ${ratio(last)}, between ${ratio(least)} and ${ratio(most)}.`;
}
