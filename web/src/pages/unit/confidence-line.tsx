import { useState } from 'react';
import { Button } from '../../design/button.tsx';
import { ratio } from '../../design/numbers.ts';
import { Table } from '../../design/table.tsx';
import { Time, useNow } from '../../design/time.tsx';
import type { UnitPageQuery } from '../../gql/graphql.ts';
import { inWords, stepsOf } from './confidence-steps.ts';

type Point = NonNullable<UnitPageQuery['knowledgeUnit']>['confidenceHistory'][number];

const [width, height] = [260, 56];

/** How the confidence came to be what it is, as a line of steps; the same as a table. */
export function ConfidenceLine({ points }: { readonly points: readonly Point[] }) {
  const [asTable, setAsTable] = useState(false);
  const now = useNow();
  // a line that goes straight on says nothing
  if (points.length < 2) return null;
  return (
    <div className="confidence-history">
      <div className="row">
        <h3>Over time</h3>
        <Button look="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          View as {asTable ? 'line' : 'table'}
        </Button>
      </div>
      {asTable ? (
        <Table
          caption="Confidence over time"
          rows={points.map((point, index) => ({ ...point, index }))}
          keyOf={({ index }) => String(index)}
          columns={[
            { head: 'Since', cell: ({ at }) => <Time at={at} /> },
            { head: 'Confidence', cell: ({ confidence }) => ratio(confidence), right: true },
          ]}
        />
      ) : (
        <>
          <svg
            className="confidence-line"
            viewBox={`0 -2 ${width} ${height + 4}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={inWords(points)}
          >
            <line x1="0" x2={width} y1="0" y2="0" />
            <line x1="0" x2={width} y1={height} y2={height} />
            <polyline points={stepsOf(points, now, width, height)} />
          </svg>
          <p className="confidence-ends muted" aria-hidden="true">
            <Time at={points[0]?.at ?? ''} />
            <span>0 to 1</span>
            <span>now</span>
          </p>
        </>
      )}
    </div>
  );
}
