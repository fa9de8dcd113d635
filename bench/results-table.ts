import type { Result } from './compete.ts';
import { table } from './table.ts';

/** What was measured of one question at one size. */
export interface Row {
  readonly size: number;
  readonly connections: number;
  readonly question: string;
  readonly results: Readonly<Record<string, Result>>;
}

/** Tables as Markdown: for each size and number of connections one of ratios, and one of the figures behind them. */
export function resultTables(rows: readonly Row[], names: readonly string[], baseline: string): string {
  const groups = Object.groupBy(rows, ({ size, connections }) => `${whole(size)} units, ${connectionsOf(connections)}`);
  return Object.entries(groups)
    .map(([name, group = []]) => {
      const cells = (of: (result: Result) => string) =>
        table(
          ['contestant', ...group.map(({ question }) => question)],
          names.map((contestant) => [
            contestant,
            ...group.map(({ results }) => (results[contestant] ? of(results[contestant]) : '')),
          ]),
        );
      return [
        `### ${name}`,
        `Processor time of a request ÷ ${baseline}:`,
        cells(({ ratio }) => (ratio === null ? 'unknown' : `${ratio.toFixed(2)}×`)),
        "In microseconds, of the process + of PostgreSQL's:",
        cells(({ own, sessions }) =>
          [own, sessions]
            .filter((time) => time !== undefined)
            .map(known)
            .join(' + '),
        ),
      ].join('\n\n');
    })
    .join('\n\n');
}

const known = (time: number | null) => (time === null ? 'unknown' : whole(time));
const whole = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 });
const connectionsOf = (count: number) => (count === 1 ? 'one connection' : `${count} connections`);
