import type { Measure } from './measure.ts';
import type { Kind } from './protocol.ts';

/** By contestant; MCP is not asked everything. */
export type Measures = Readonly<Record<Exclude<Kind, 'mcp'>, Measure>> & { readonly mcp?: Measure };

/** What was measured of one question at one size. */
export interface Row {
  readonly size: number;
  readonly question: string;
  readonly measures: Measures;
}

/** The tables as Markdown: ratios, figures, and the growth from size to size. */
export function tables(rows: readonly Row[]): string {
  return [
    '### Processor time of a request, beside the ceilings',
    table(
      ['units', 'question', 'cq ÷ (Yoga + SQLite)', 'cq ÷ Yoga', 'cq ÷ SQLite', 'MCP ÷ cq'],
      rows.map(({ size, question, measures: { cq, mcp, yoga, statement } }) => [
        whole(size),
        question,
        ratio(cq.cpu, yoga.cpu + statement.cpu),
        ratio(cq.cpu, yoga.cpu),
        ratio(cq.cpu, statement.cpu),
        mcp ? ratio(mcp.cpu, cq.cpu) : '',
      ]),
    ),
    '### The figures behind them',
    table(
      ['units', 'question', 'cq/s', 'MCP/s', 'Yoga/s', 'SQLite/s', 'cq µs', 'MCP µs', 'Yoga µs', 'SQLite µs'],
      rows.map(({ size, question, measures: { cq, mcp, yoga, statement } }) => [
        whole(size),
        question,
        ...[cq, mcp, yoga, statement].map((measure) => (measure ? whole(measure.perSecond) : '')),
        ...[cq, mcp, yoga, statement].map((measure) => (measure ? whole(measure.cpu) : '')),
      ]),
    ),
    ...growth(rows),
  ].join('\n\n');
}

function growth(rows: readonly Row[]): string[] {
  const sizes = [...new Set(rows.map(({ size }) => size))];
  const steps = sizes.slice(1).map((to, place) => ({ from: sizes[place] as number, to }));
  if (steps.length === 0) return [];
  const names = [...new Set(rows.map(({ question }) => plain(question)))];
  const cpuAt = (size: number, name: string, kind: Exclude<Kind, 'mcp'>) =>
    rows.find((row) => row.size === size && plain(row.question) === name)?.measures[kind].cpu ?? Number.NaN;
  const header = steps.flatMap(({ from, to }) => [`${whole(from)} → ${whole(to)}: cq`, 'SQLite']);
  const body = names.map((name) => [
    name,
    ...steps.flatMap(({ from, to }) =>
      (['cq', 'statement'] as const).map((kind) => ratio(cpuAt(to, name, kind), cpuAt(from, name, kind))),
    ),
  ]);
  return ['### Growth of processor time', table(['question', ...header], body)];
}

/** A question's name without how many units it finds. */
const plain = (question: string) => question.replace(/ \(.*/, '');
const whole = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 0 });
const ratio = (value: number, to: number) => `${(value / to).toFixed(value / to < 10 ? 2 : 1)}×`;

/** Columns with one of these headers hold text; the others hold figures. */
const textual = new Set(['question', 'collection', 'database', 'mode']);

/** One table as Markdown. */
export function table(header: readonly string[], body: readonly (readonly string[])[]): string {
  const texts = [header, ...body];
  const widths = header.map((_cell, column) => Math.max(...texts.map((cells) => cells[column]?.length ?? 0)));
  const isText = (column: number) => textual.has(header[column] ?? '');
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (isText(at) ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, at) => (isText(at) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), line(rule), ...body.map(line)].join('\n');
}
