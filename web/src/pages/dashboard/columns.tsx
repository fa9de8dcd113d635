import { Link } from 'wouter';
import { count } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { ChartFrame } from './chart-frame.tsx';

interface Column {
  readonly label: string;
  readonly values: readonly number[];
  readonly href?: string;
}

interface ColumnsProps {
  readonly title: string;
  readonly rows: readonly Column[];
  readonly series: readonly { readonly name: string; readonly tone: 'ok' | 'bad' | 'grey' }[];
  /** The label below a column, in short. */
  readonly labelOf: (label: string) => string;
}

const [width, height, foot] = [600, 180, 20];

export function Columns({ title, rows, series, labelOf }: ColumnsProps) {
  const sums = rows.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const most = Math.max(1, ...sums);
  const step = width / Math.max(1, rows.length);
  const every = Math.ceil(rows.length / 8);
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
  // where each column leads somewhere, its label is the link
  const links = rows.some(({ href }) => href !== undefined);
  return (
    <ChartFrame title={title} table={table}>
      <svg
        className="columns"
        viewBox={`0 0 ${width} ${links ? height + 1 : height + foot}`}
        role="img"
        aria-label={summary(title, rows, sums, series)}
      >
        {rows.map(({ label, values }, index) => {
          let base = height;
          return (
            <g key={label}>
              <title>{`${label}: ${series.map(({ name }, at) => `${values[at] ?? 0} ${name.toLowerCase()}`).join(', ')}`}</title>
              <rect x={index * step} y={0} width={step} height={height} fill="transparent" />
              {values.map((value, at) => {
                const tall = (value / most) * (height - 4);
                base -= tall;
                const key = series[at]?.name ?? at;
                const fill = `fill-${series[at]?.tone ?? 'grey'}`;
                return (
                  <rect
                    key={key}
                    className={fill}
                    x={index * step + 1.5}
                    y={base}
                    width={Math.max(1, step - 3)}
                    height={tall}
                  />
                );
              })}
              {!links && index % every === 0 && (
                <text x={index * step + step / 2} y={height + 15} textAnchor="middle">
                  {labelOf(label)}
                </text>
              )}
            </g>
          );
        })}
        <line x1="0" x2={width} y1={height} y2={height} />
      </svg>
      {links && (
        <ul className="column-links">
          {rows.map(({ label, values, href = '' }) => (
            <li key={label}>
              <Link href={href} aria-label={`${label}: ${count(values[0] ?? 0)}`} title={label}>
                {labelOf(label)}
              </Link>
            </li>
          ))}
        </ul>
      )}
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

/** What the columns show, in one sentence. */
function summary(
  title: string,
  rows: readonly Column[],
  sums: readonly number[],
  series: ColumnsProps['series'],
): string {
  const total = sums.reduce((sum, value) => sum + value, 0);
  const top = rows[sums.indexOf(Math.max(...sums))];
  const parts = series.map(
    ({ name }, at) => `${rows.reduce((sum, { values }) => sum + (values[at] ?? 0), 0)} ${name.toLowerCase()}`,
  );
  return `${title}: ${parts.join(', ')} in all${total > 0 && top ? `, most at ${top.label}` : ''}.`;
}
