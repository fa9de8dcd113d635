import type { EventType } from '../../store.ts';
import { keysetPages } from '../keyset-pages.ts';
import { EventEntity } from '../schema/entities.ts';
import { memoizeByShape, statement } from '../statement.ts';

/** The events of one unit, by the index `idx_events_unit_order`. */

interface Asked {
  readonly unitId: string;
  readonly types: readonly EventType[];
}

/** Newest first, of some types or all. */
export const unitEventPages = memoizeByShape(
  ({ some }: { readonly some: boolean }) => String(some),
  ({ some }) =>
    keysetPages(EventEntity, { by: 'id', direction: 'desc' }, (events, given: Asked) => {
      events.andWhere({ unitId: given.unitId });
      if (some) events.andWhere('coalesce(own.kind, own.type) in ?', [given.types]);
    }),
);

/** What the confidence of a unit comes from; other types have the same word, and a `kind`. */
export const selectEvidence = statement(EventEntity, (events, { unitId, limit }: { unitId: string; limit: number }) =>
  events
    .select('*')
    .where({ unitId, type: { $in: ['proposed', 'confirmed', 'flagged'] }, kind: null })
    .orderBy({ id: 'desc' })
    .limit(limit),
);
