import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Badge } from '../../design/badge.tsx';
import { CodeLine } from '../../design/code-text.tsx';
import { Confidence } from '../../design/confidence.tsx';
import { count } from '../../design/numbers.ts';
import { Said } from '../../design/said.tsx';
import { Time } from '../../design/time.tsx';
import type { AttentionReason } from '../../gql/graphql.ts';
import { kindName } from '../review/secret-kinds.ts';
import type { AttentionUnit } from './attention-list.tsx';

interface Props {
  readonly unit: AttentionUnit;
  readonly reason: AttentionReason;
  readonly actions: ReactNode;
}

export function AttentionRow({ unit, reason, actions }: Props) {
  const [flag] = unit.flags?.nodes ?? [];
  return (
    <li className="attention-row">
      <div className="attention-main">
        <Link href={`/units/${unit.id}`}>
          <CodeLine text={unit.insight.summary} />
        </Link>
        <p className="row muted">
          <Confidence value={unit.evidence.confidence} />
          {reason === 'FLAGGED' &&
            unit.flagCounts.map(({ reason: why, count: number }) => (
              <Badge key={why} tone="warn" icon="flag">
                {why.toLowerCase()} {number}
              </Badge>
            ))}
          {reason === 'UNCONFIRMED' && (
            <span>
              last confirmed <Time at={unit.evidence.lastConfirmedAt ?? unit.createdAt} />
            </span>
          )}
          {reason === 'SUPERSEDED_IN_USE' && unit.usage.lastRequestedAt && (
            <span>
              asked for {count(unit.usage.requests)} ×, last <Time at={unit.usage.lastRequestedAt} />
            </span>
          )}
          {reason === 'HELD' && <span>{(unit.heldSecrets ?? []).map(({ kind }) => kindName(kind)).join(', ')}</span>}
          <span>{unit.domains.join(' · ')}</span>
        </p>
        {reason === 'FLAGGED' && flag?.detail && <Said text={flag.detail} />}
      </div>
      <div className="row">{actions}</div>
    </li>
  );
}
