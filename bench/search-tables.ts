import { loads, type Taken } from './asking.ts';
import type { Recall } from './recall.ts';
import { table } from './table.ts';

/** What was measured of one kind of question. */
export interface Result extends Taken {
  readonly size: number;
  readonly database: string;
  readonly question: string;
  /** Of a hybrid search: the kinds it is made of. */
  readonly parts?: readonly string[];
}

const databases = ['SQLite', 'PostgreSQL'];

/** The tables as Markdown; comparisons are of the quickest answers. */
export function tables(results: readonly Result[], recalls: readonly Recall[]): string {
  const find = (size: number, database: string, question: string) =>
    results.find((row) => row.size === size && row.database === database && row.question === question);
  const of = (size: number, database: string, question: string) =>
    find(size, database, question)?.quickest ?? Number.NaN;
  const sizes = [...new Set(results.map(({ size }) => size))];
  const names = [...new Set(results.map(({ question }) => question))];
  const steps = sizes.slice(1).map((to, place) => [sizes[place] as number, to] as const);
  const sections: [heading: string, header: string[], body: string[][]][] = [
    [
      'Searches',
      [
        'units',
        'question',
        'database',
        'quickest ms',
        'ms',
        'cpu ms',
        ...loads.flatMap((load) => [`${load} p50`, 'p99', 'loop p99']),
      ],
      results.map(({ size, question, database, quickest, ms, cpu, paced }) => [
        whole(size),
        question,
        database,
        quickest.toFixed(2),
        ms.toFixed(2),
        cpu.toFixed(2),
        ...paced.flatMap(({ middle, late, held }) => [middle, late, held].map((value) => value.toFixed(1))),
      ]),
    ],
    [
      'Growth',
      [
        'question',
        ...steps.flatMap(([from, to]) => databases.map((name) => `${name} ${thousands(from)} → ${thousands(to)}`)),
      ],
      names.map((name) => [
        name,
        ...steps.flatMap(([from, to]) =>
          databases.map((database) => ratio(of(to, database, name), of(from, database, name))),
        ),
      ]),
    ],
    [
      'One database beside the other',
      ['question', ...sizes.map((size) => `PostgreSQL ÷ SQLite at ${thousands(size)}`)],
      names.map((name) => [
        name,
        ...sizes.map((size) => ratio(of(size, 'PostgreSQL', name), of(size, 'SQLite', name))),
      ]),
    ],
    [
      'Hybrid searches beside the sum of their parts',
      ['units', 'question', 'database', 'quickest ms', 'parts ms', 'hybrid ÷ parts'],
      results.flatMap(({ size, question, database, quickest, parts }) => {
        const sum = parts?.reduce((all, part) => all + of(size, database, part), 0) ?? Number.NaN;
        return Number.isNaN(sum)
          ? []
          : [[whole(size), question, database, quickest.toFixed(2), sum.toFixed(2), ratio(quickest, sum)]];
      }),
    ],
    [
      'Recall of the ten nearest',
      ['units', 'question', 'database', 'mean', 'least', 'ms'],
      recalls.map(({ size, question, database, mean, least, ms }) => [
        whole(size),
        question,
        database,
        mean.toFixed(3),
        least.toFixed(1),
        ms.toFixed(2),
      ]),
    ],
  ];
  return sections
    .filter(([, header, body]) => header.length > 1 && body.length > 0)
    .map(([heading, header, body]) => `### ${heading}\n\n${table(header, body)}`)
    .join('\n\n');
}

const whole = (size: number) => size.toLocaleString('en');
const thousands = (size: number) => `${size / 1000}k`;
const ratio = (value: number, to: number) => `${(value / to).toFixed(2)}×`;
