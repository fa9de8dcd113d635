import { useSession } from '../../app/session.tsx';
import { More } from '../../design/more.tsx';
import { Time } from '../../design/time.tsx';
import { usePages } from '../../design/use-pages.ts';
import type { UnitConfirmationsQuery } from '../../gql/graphql.ts';
import { confirmationsQuery } from './documents.ts';
import { useAnew } from './use-anew.ts';
import type { WholeUnit } from './whole-unit.ts';

type Confirmation = NonNullable<NonNullable<UnitConfirmationsQuery['knowledgeUnit']>['confirmations']>['nodes'][number];

/** Who has confirmed it: for reviewers everybody, for others whether they have themselves. */
export function Confirmations({ unit }: { readonly unit: WholeUnit }) {
  const { viewer, can } = useSession();
  const { rows, loading, more, refresh } = usePages({
    query: confirmationsQuery,
    variables: { id: unit.id, first: 20 },
    pause: !viewer,
    pageOf: ({ knowledgeUnit }): { rows: readonly Confirmation[]; next: string | null } => ({
      rows: knowledgeUnit?.confirmations?.nodes ?? [],
      next: knowledgeUnit?.confirmations?.pageInfo.hasNextPage ? knowledgeUnit.confirmations.pageInfo.endCursor : null,
    }),
  });
  useAnew(unit.updatedAt, refresh);
  if (rows.length === 0) return null;
  return (
    <div className="confirmations">
      <h3>{can('REVIEWER') ? 'Confirmed by' : 'Your confirmation'}</h3>
      <ul>
        {rows.map(({ confirmedBy, confirmedAt, version }, index) => (
          <li key={confirmedBy?.id ?? index}>
            <span>{confirmedBy?.username ?? 'somebody who has left'}</span>
            <span className="muted">
              {version && version !== unit.version ? `version ${version}, ` : ''}
              <Time at={confirmedAt} />
            </span>
          </li>
        ))}
      </ul>
      <More more={more} loading={loading} />
    </div>
  );
}
