import { useCallback, useEffect, useRef, useState } from 'react';
import { type CombinedError, useClient } from 'urql';
import { onEvents } from '../../live/live.ts';
import { queueQuery } from './documents.ts';
import { type Item, itemsOf, merge } from './queue-model.ts';

/** How something was decided over by somebody else, or by this reviewer in another window. */
export interface Decided {
  readonly status: string;
  readonly by: string | null;
  readonly at: string;
}

interface Queue {
  readonly rows: readonly Item[];
  readonly decided: ReadonlyMap<string, Decided>;
  readonly total: number;
  readonly loading: boolean;
  readonly error: CombinedError | undefined;
  /** Fetches the rows after those that are there; null where there are no more. */
  readonly more: (() => void) | null;
  refresh(): void;
  /** Takes a row out, since it was decided over here. */
  drop(ids: readonly string[]): void;
}

const pageSize = 100;
const arriving = ['PROPOSED', 'SUGGESTED', 'REOPENED', 'SUGGESTION_REOPENED', 'SUGGESTION_REJECTED', 'REVISED'];
const deciding: Record<string, string> = { APPROVED: 'APPROVED', REJECTED: 'REJECTED', MERGED: 'REJECTED' };

export function useQueue(): Queue {
  const client = useClient();
  const [rows, setRows] = useState<readonly Item[]>([]);
  const [decided, setDecided] = useState<ReadonlyMap<string, Decided>>(new Map());
  const [state, setState] = useState<{ total: number; loading: boolean; error?: CombinedError; after?: string }>({
    total: 0,
    loading: true,
  });
  const loads = useRef(0);
  const shown = useRef<ReadonlySet<string>>(new Set());
  shown.current = new Set(rows.map(({ id }) => id));

  const load = useCallback(
    async (after?: string) => {
      const load = ++loads.current;
      const { data, error } = await client
        .query(queueQuery, { first: pageSize, after: after ?? null }, { requestPolicy: 'network-only' })
        .toPromise();
      if (load !== loads.current) return;
      const { reviewQueue: units, suggestionQueue: suggestions } = data ?? {};
      if (!units || !suggestions) return setState((last) => ({ ...last, loading: false, ...(error && { error }) }));
      const items = itemsOf(units.nodes, suggestions.nodes);
      setRows((last) => {
        // all suggestions are in each answer: one that is missing was decided over, or taken back
        const waiting = new Set(items.map(({ id }) => id));
        return merge(
          last.filter(({ kind, id }) => kind === 'unit' || waiting.has(id)),
          items,
        );
      });
      setState((last) => ({
        total: units.totalCount + suggestions.totalCount,
        loading: false,
        // a refresh of the first page does not forget how far the list goes
        ...(after || !last.after
          ? units.pageInfo.hasNextPage && units.pageInfo.endCursor && { after: units.pageInfo.endCursor }
          : { after: last.after }),
      }));
    },
    [client],
  );

  useEffect(() => void load(), [load]);
  useEffect(
    () =>
      onEvents((events) => {
        if (events.some(({ type, knowledgeUnit: { id } }) => arriving.includes(type) && !shown.current.has(id)))
          void load();
        const decisions = events.flatMap(({ type, at, actor, knowledgeUnit }) => {
          const status = deciding[type];
          return status && knowledgeUnit.status !== 'PENDING'
            ? [[knowledgeUnit.id, { status, by: actor?.username ?? null, at }] as const]
            : [];
        });
        if (decisions.length > 0) setDecided((last) => new Map([...last, ...decisions]));
      }),
    [load],
  );

  const drop = useCallback((ids: readonly string[]) => {
    setRows((last) => last.filter(({ id }) => !ids.includes(id)));
    setState((last) => ({ ...last, total: Math.max(0, last.total - ids.length) }));
  }, []);
  const { after } = state;
  return {
    rows,
    decided,
    total: state.total,
    loading: state.loading,
    error: state.error,
    more: after ? () => void load(after) : null,
    refresh: () => void load(),
    drop,
  };
}
