import { Link } from 'wouter';
import { Badge, StatusBadge } from '../../design/badge.tsx';
import { count, ratio } from '../../design/numbers.ts';
import { Said } from '../../design/said.tsx';
import { Time } from '../../design/time.tsx';
import { isHeld } from '../../lesson/held.ts';
import { Evidence } from './evidence.tsx';
import { Fact } from './fact.tsx';
import type { WholeUnit } from './whole-unit.ts';

/** How far it may be trusted, who has used it, and what is said against it. */
export function State({ unit }: { readonly unit: WholeUnit }) {
  const { usage, flagCounts, flags, suggestions, related } = unit;
  return (
    <aside className="unit-state" aria-label="State of this lesson">
      <Evidence unit={unit} />
      <section>
        <h2>Usage</h2>
        <dl className="facts">
          <Fact name="Given as an answer">{count(usage.answers)} ×</Fact>
          <Fact name="Last">{usage.lastAnsweredAt ? <Time at={usage.lastAnsweredAt} /> : 'never'}</Fact>
          {usage.requests > 0 && <Fact name="Asked for since superseded">{count(usage.requests)} ×</Fact>}
        </dl>
      </section>
      <section>
        <h2>Flags</h2>
        {flagCounts.length === 0 && <p className="muted">None.</p>}
        <div className="row">
          {flagCounts.map(({ reason, count: number }) => (
            <Badge key={reason} tone="warn" icon="flag">
              {reason.toLowerCase()} {number}
            </Badge>
          ))}
        </div>
        <ul className="stack unit-flags">
          {flags?.nodes.map((flag) => (
            <li key={flag.id}>
              <strong>{flag.reason.toLowerCase()}</strong>{' '}
              <span className="muted">
                {flag.flaggedBy?.username ?? 'somebody'}, <Time at={flag.createdAt} />
              </span>
              {flag.detail && <Said text={flag.detail} />}
              {flag.duplicateOf && (
                <p>
                  the same as <Link href={`/units/${flag.duplicateOf.id}`}>{flag.duplicateOf.insight.summary}</Link>
                </p>
              )}
            </li>
          ))}
        </ul>
      </section>
      {isHeld(unit) && (
        <section>
          <Badge tone="warn" icon="lock">
            held for what looks like credentials
          </Badge>
        </section>
      )}
      {(suggestions?.nodes.length ?? 0) > 0 && (
        <section>
          <h2>Suggested revisions</h2>
          <ul>
            {suggestions?.nodes.map(({ id, author, createdAt }) => (
              <li key={id}>
                <Link href={`/review/${id}`}>
                  {author?.username ?? 'somebody'}, <Time at={createdAt} />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>Near this</h2>
        {related.length === 0 && <p className="muted">Nothing like it is known.</p>}
        <ul className="stack">
          {related.map(({ unit: other, similarity }) => (
            <li key={other.id}>
              <Link href={`/units/${other.id}`}>{other.insight.summary}</Link>
              <span className="row muted">
                {other.status !== 'APPROVED' && <StatusBadge status={other.status} />}
                {similarity !== null && <span className="number">{ratio(similarity)}</span>}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </aside>
  );
}
