import { Link } from 'wouter';
import { count } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { ChartFrame } from './chart-frame.tsx';

interface Column {
  readonly label: string;
  readonly values: readonly number[];
  readonly href?: string | undefined;
}

interface Series {
  readonly name: string;
  readonly tone: 'ok' | 'bad' | 'grey';
}

interface ColumnsProps {
  readonly title: string;
  readonly rows: readonly Column[];
  readonly series: readonly Series[];
  /** The label below a column, in short. */
  readonly labelOf: (label: string) => string;
}

const [width, height] = [600, 180];

/** Stacked columns; each that has a list leads to it. */
export function Columns({ title, rows, series, labelOf }: ColumnsProps) {
  const sums = rows.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const most = Math.max(1, ...sums);
  const step = width / Math.max(1, rows.length);
  // as many labels as fit on a phone
  const every = rows.length > 10 ? Math.ceil(rows.length / 6) : 1;
  const table = (
    <Table
      caption={title}
      rows={rows}
      keyOf={({ label }) => label}
      columns={[
        { head: 'What', cell: ({ label, href }) => (href ? <Link href={href}>{label}</Link> : label) },
        ...series.map(({ name }, index) => ({
          head: name,
          cell: ({ values }: Column) => count(values[index] ?? 0),
          right: true,
        })),
      ]}
    />
  );
  return (
    <ChartFrame title={title} table={table}>
      <div className="columns-frame">
        <svg
          className="columns"
          viewBox={`0 0 ${width} ${height + 1}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={summary(title, rows, sums, series)}
        >
          {rows.map(({ label, values }, index) => {
            let base = height;
            return (
              <g key={label}>
                {values.map((value, at) => {
                  const tall = (value / most) * (height - 4);
                  base -= tall;
                  const { name, tone } = series[at] ?? { name: at, tone: 'grey' };
                  return (
                    <rect
                      key={name}
                      className={`fill-${tone}`}
                      x={index * step + 1.5}
                      y={base}
                      width={Math.max(1, step - 3)}
                      height={tall}
                    />
                  );
                })}
              </g>
            );
          })}
          <line x1="0" x2={width} y1={height} y2={height} />
        </svg>
        <ul className="column-links">
          {rows.map(({ label, values, href }, index) => {
            const said = `${label}: ${inWords(values, series)}`;
            const short = index % every === 0 ? labelOf(label) : '';
            return (
              <li key={label} title={said}>
                {href ? (
                  <Link href={href} aria-label={said}>
                    <span>{short}</span>
                  </Link>
                ) : (
                  <span aria-hidden="true">{short}</span>
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {series.length > 1 && (
        <p className="row chart-key">
          {series.map(({ name, tone }) => (
            <span key={name} className="row">
              <svg width="10" height="10" aria-hidden="true">
                <rect className={`fill-${tone}`} width="10" height="10" rx="2" />
              </svg>
              {name}
            </span>
          ))}
        </p>
      )}
    </ChartFrame>
  );
}

/** The numbers of a column; of one series the number alone. */
const inWords = (values: readonly number[], series: readonly Series[]) =>
  series.length === 1
    ? count(values[0] ?? 0)
    : series.map(({ name }, at) => `${count(values[at] ?? 0)} ${name.toLowerCase()}`).join(', ');

/** What the columns show, in one sentence. */
function summary(title: string, rows: readonly Column[], sums: readonly number[], series: readonly Series[]): string {
  const total = sums.reduce((sum, value) => sum + value, 0);
  const top = rows[sums.indexOf(Math.max(...sums))];
  const parts = series.map(
    ({ name }, at) => `${rows.reduce((sum, { values }) => sum + (values[at] ?? 0), 0)} ${name.toLowerCase()}`,
  );
  return `${title}: ${parts.join(', ')} in all${total > 0 && top ? `, most at ${top.label}` : ''}.`;
}
