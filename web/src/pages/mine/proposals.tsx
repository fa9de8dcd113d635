import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Failure } from '../../app/failure.tsx';
import { StatusBadge } from '../../design/badge.tsx';
import { CodeLine } from '../../design/code-text.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { More } from '../../design/more.tsx';
import { count, plural, ratio } from '../../design/numbers.ts';
import { Time } from '../../design/time.tsx';
import { usePages } from '../../design/use-pages.ts';
import type { MyProposalsQuery } from '../../gql/graphql.ts';
import { proposalsQuery, suggestionsQuery } from './documents.ts';
import { useDecisions } from './use-decisions.ts';

type Proposal = NonNullable<NonNullable<MyProposalsQuery['viewer']>['proposals']>['nodes'][number];

/** What somebody's agents proposed, and what became of it. */
export function Proposals() {
  const {
    rows,
    data: page,
    loading,
    error,
    more,
    refresh,
  } = usePages({
    query: proposalsQuery,
    variables: { first: 50 },
    pageOf: ({ viewer }): { rows: readonly Proposal[]; next: string | null } => ({
      rows: viewer?.proposals?.nodes ?? [],
      next: viewer?.proposals?.pageInfo.hasNextPage ? viewer.proposals.pageInfo.endCursor : null,
    }),
  });
  const decided = useDecisions(page?.eventCursor, refresh);
  const [{ data }] = useQuery({ query: suggestionsQuery });
  const suggestions = data?.viewer?.suggestions?.nodes ?? [];
  if (error && rows.length === 0) return <Failure error={error} retry={refresh} />;
  if (loading && rows.length === 0) return <Skeleton />;
  if (rows.length === 0 && suggestions.length === 0)
    return (
      <Empty title="Nothing proposed yet">
        <Link href="/connect">Connect an agent</Link>: what it proposes with your key shows here, with what reviewers
        say to it.
      </Empty>
    );
  return (
    <div className="stack">
      <ul className="mine-list">
        {rows
          .map((row) => ({ ...row, ...decided.get(row.id) }))
          .map(({ id, status, createdAt, insight, evidence, usage, review }) => (
            <li key={id}>
              <StatusBadge status={status} />
              <div>
                <Link href={`/units/${id}`}>
                  <CodeLine text={insight.summary} />
                </Link>
                <p className="muted">
                  <Time at={createdAt} />
                  {status === 'APPROVED' &&
                    ` · ${ratio(evidence.confidence)} · ${plural(evidence.confirmations, 'confirmation')} · an answer ${count(usage.answers)} ×`}
                </p>
                {review?.note && <p className="mine-note">“{review.note}”</p>}
              </div>
            </li>
          ))}
      </ul>
      <More more={more} loading={loading} />
      {suggestions.length > 0 && <h2>Suggested revisions</h2>}
      <ul className="mine-list">
        {suggestions.map(({ id, status, createdAt, knowledgeUnit, review }) => (
          <li key={id}>
            <StatusBadge status={status} />
            <div>
              {knowledgeUnit ? (
                <Link href={`/units/${knowledgeUnit.id}`}>{knowledgeUnit.insight.summary}</Link>
              ) : (
                'Of a unit that is not there any more'
              )}
              <p className="muted">
                <Time at={createdAt} />
              </p>
              {review?.note && <p className="mine-note">“{review.note}”</p>}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
