import { type ReactNode, useId, useState } from 'react';
import { Button } from '../../design/button.tsx';

interface Props {
  readonly title: string;
  readonly table: ReactNode;
  readonly children: ReactNode;
}

/** A chart, and the same as a table for whoever wants the numbers. */
export function ChartFrame({ title, table, children }: Props) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <section className="panel chart" aria-labelledby={id}>
      <div className="chart-head">
        <h2 id={id}>{title}</h2>
        <Button look="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          View as {asTable ? 'chart' : 'table'}
        </Button>
      </div>
      {asTable ? <div className="chart-table">{table}</div> : children}
    </section>
  );
}
