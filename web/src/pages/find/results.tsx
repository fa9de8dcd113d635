import { Failure } from '../../app/failure.tsx';
import { Button } from '../../design/button.tsx';
import { Empty, Skeleton } from '../../design/empty.tsx';
import { plural } from '../../design/numbers.ts';
import { usePages } from '../../design/use-pages.ts';
import type { FindQuery, FoundUnitFragment, KnowledgeFilter, KnowledgeUnitOrder } from '../../gql/graphql.ts';
import { listQuery, searchQuery } from './documents.ts';
import { agentAsks } from './filters.ts';
import { Rows } from './rows.tsx';

type Edge = NonNullable<FindQuery['search']>['edges'][number];

/** A row: of a search with its score, of a list without. */
export type Found = { readonly node: FoundUnitFragment } & Partial<Edge>;

interface Props {
  readonly text: string;
  readonly filter: KnowledgeFilter;
  readonly order: KnowledgeUnitOrder;
  readonly search: boolean;
  readonly asAgent: boolean;
  readonly filtered: boolean;
  readonly clear: () => void;
}

const nextOf = ({ hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null }) =>
  hasNextPage ? endCursor : null;

export function Results({ text, filter, order, search, asAgent, filtered, clear }: Props) {
  const found = usePages({
    query: searchQuery,
    variables: {
      text: text || null,
      filter,
      minScore: asAgent ? agentAsks.minScore : null,
      first: asAgent ? agentAsks.first : 50,
    },
    pageOf: ({ search: page }): { rows: readonly Found[]; next: string | null } => ({
      rows: page?.edges ?? [],
      next: page && !asAgent ? nextOf(page.pageInfo) : null,
    }),
    pause: !search,
    kept: true,
  });
  const listed = usePages({
    query: listQuery,
    variables: { filter, orderBy: order, first: 100 },
    pageOf: ({ knowledgeUnits: page }): { rows: readonly Found[]; next: string | null } => ({
      rows: (page?.nodes ?? []).map((node) => ({ node })),
      next: page ? nextOf(page.pageInfo) : null,
    }),
    pause: search,
    kept: true,
  });
  const { rows, error, loading, more, refresh } = search ? found : listed;
  const notices = search ? (found.data?.search?.notices ?? []) : [];
  const total = listed.data?.knowledgeUnits?.totalCount;
  if (error && rows.length === 0) return <Failure error={error} retry={refresh} />;
  if (loading && rows.length === 0) return <Skeleton lines={8} />;
  return (
    <section aria-label="Results" aria-busy={loading}>
      <p className="find-about" role="status">
        {search
          ? `${plural(rows.length, 'result')}${more ? ', and more below' : ''}${asAgent ? ', as an agent gets them' : ''}`
          : total !== undefined && plural(total, 'unit')}
        {notices.map(({ code, message }) => (
          <span key={code}> {message}</span>
        ))}
      </p>
      {rows.length === 0 ? <Nothing {...{ text, search, filtered, clear }} /> : <Rows rows={rows} more={more} />}
    </section>
  );
}

function Nothing({ text, search, filtered, clear }: Pick<Props, 'text' | 'search' | 'filtered' | 'clear'>) {
  if (!search && !filtered)
    return (
      <Empty title="The commons is empty">
        Agents put lessons in. Connect one, and what it learns shows here once a reviewer has approved it.
      </Empty>
    );
  return (
    <Empty
      title={text ? `Nothing is known about “${text}”` : 'Nothing is like that'}
      actions={<Button onClick={clear}>Clear everything</Button>}
    >
      {filtered ? 'The filters leave nothing. Fewer of them may.' : 'Fewer or other words may find something.'}
    </Empty>
  );
}
