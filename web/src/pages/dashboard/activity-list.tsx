import { Link } from 'wouter';
import { CodeLine } from '../../design/code-text.tsx';
import { Time } from '../../design/time.tsx';
import type { LiveEventFragment } from '../../gql/graphql.ts';

const words: Record<string, string> = {
  PROPOSED: 'proposed',
  CONFIRMED: 'confirmed',
  FLAGGED: 'flagged',
  APPROVED: 'approved',
  REJECTED: 'rejected',
  AMENDED: 'amended',
  REVISED: 'changed',
  SUGGESTED: 'suggested a revision of',
  SUGGESTION_REJECTED: 'turned down a revision of',
  SUGGESTION_REOPENED: 'took up a revision again of',
  RETIRED: 'retired',
  REINSTATED: 'reinstated',
  REOPENED: 'reopened',
  SUPERSEDED: 'superseded',
  MERGED: 'merged',
};

/** What happened last, live. */
export const ActivityList = ({ events }: { readonly events: readonly LiveEventFragment[] }) => (
  <section className="panel">
    <h2>What happens</h2>
    <ol className="stack">
      {events.map(({ id, type, at, actor, knowledgeUnit }) => (
        <li key={id} className="used">
          <span>
            <strong>{actor?.username ?? 'Somebody'}</strong> {words[type] ?? type.toLowerCase()}{' '}
            <Link href={`/units/${knowledgeUnit.id}`}>
              <CodeLine text={knowledgeUnit.insight.summary} />
            </Link>
          </span>
          <span className="muted number">
            <Time at={at} />
          </span>
        </li>
      ))}
    </ol>
  </section>
);
