import { Link } from 'wouter';
import { Badge, StatusBadge } from '../../design/badge.tsx';
import { CodeLine } from '../../design/code-text.tsx';
import { Key } from '../../design/key.tsx';
import { plural, ratio } from '../../design/numbers.ts';
import type { LessonFragment } from '../../gql/graphql.ts';
import { Comparison } from './comparison.tsx';
import { basisWords, type NearUnit } from './near.ts';

interface Props {
  readonly unit: LessonFragment;
  readonly near: readonly NearUnit[];
  readonly chosen: number;
  readonly choose: (index: number) => void;
}

export function NearList({ unit, near, chosen, choose }: Props) {
  if (near.length === 0) return <p className="muted">Nothing like it is known.</p>;
  return (
    <ol className="near-list">
      {near.map(({ unit: other, similarity, basis }, index) => (
        <li key={other.id} className={`near ${index === chosen ? 'near-chosen' : ''}`}>
          <button
            type="button"
            className="near-head"
            aria-expanded={index === chosen}
            onClick={() => choose(index === chosen ? -1 : index)}
          >
            <Key>{String(index + 1)}</Key>
            <span className="near-title">
              <CodeLine text={other.insight.summary} />
            </span>
            {similarity !== null && (
              <span className="number" title="Similarity, at most 1">
                {ratio(similarity)}
              </span>
            )}
          </button>
          <p className="row near-about">
            <StatusBadge status={other.status} />
            {basis && <Badge tone="warn">{basisWords[basis] ?? 'says the same'}</Badge>}
            <span className="muted number">
              {ratio(other.evidence.confidence)} · {plural(other.evidence.confirmations, 'confirmation')}
            </span>
          </p>
          {index === chosen && (
            <div className="near-body">
              <Comparison before={other.insight} after={unit.insight} />
              <Link href={`/units/${other.id}`}>Open it</Link>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
