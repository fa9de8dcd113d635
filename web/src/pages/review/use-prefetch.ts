import { useEffect } from 'react';
import { useClient } from 'urql';
import { suggestionQuery, unitQuery } from './documents.ts';
import { type Item, nextOpen } from './queue-model.ts';

/** Fetches what is looked at next, so that it is there at once. */
export function usePrefetch(rows: readonly Item[], id: string | undefined, isOpen: (row: Item) => boolean): void {
  const client = useClient();
  const next = nextOpen(rows, id, (row) => isOpen(row) && row.id !== id);
  const [nextId, kind] = [next?.id, next?.kind];
  useEffect(() => {
    if (!nextId) return;
    const query = kind === 'unit' ? unitQuery : suggestionQuery;
    void client.query(query as typeof unitQuery, { id: nextId }).toPromise();
  }, [client, nextId, kind]);
}
