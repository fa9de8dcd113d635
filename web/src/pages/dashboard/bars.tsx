import { Link } from 'wouter';
import { count } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { ChartFrame } from './chart-frame.tsx';

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly href: string;
}

interface Props {
  readonly title: string;
  /** What a bar is of. */
  readonly of: string;
  readonly rows: readonly Bar[];
}

/** Horizontal bars with the number of units; each leads to them. */
export function Bars({ title, of, rows }: Props) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const table = (
    <Table
      caption={title}
      rows={rows}
      keyOf={({ label }) => label}
      columns={[
        { head: of, cell: ({ label, href }) => <Link href={href}>{label}</Link> },
        { head: 'Units', cell: ({ value }) => count(value), right: true },
      ]}
    />
  );
  return (
    <ChartFrame title={title} table={table}>
      <ul className="bars">
        {rows.map(({ label, value, href }) => (
          <li key={label}>
            <Link href={href}>{label}</Link>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect className="fill-accent" width={(100 * value) / most} height="8" rx="1" />
            </svg>
            <span className="number">{count(value)}</span>
          </li>
        ))}
      </ul>
    </ChartFrame>
  );
}
