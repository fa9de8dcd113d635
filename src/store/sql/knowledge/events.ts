import type { InferEntity } from '@mikro-orm/core';
import type { EventStore, EventType, UnitEvent } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import type { Queries } from '../queries.ts';
import { EventEntity } from '../schema/entities.ts';
import { insertValuesOf, type RecordOf, statement } from '../statement.ts';

const selectLatest = statement(EventEntity, (events, { limit }: { limit: number }) =>
  events.select('*').orderBy({ id: 'desc' }).limit(limit),
);

const selectLastOf = statement(EventEntity, (events, { actor }: { actor: string }) =>
  events.select('at').where({ actor }).orderBy({ id: 'desc' }).limit(1),
);

const byIds = statement(EventEntity, (events, { ids }: { ids: readonly number[] }) =>
  events.select('*').where({ id: { $in: ids } }),
);

interface ActorAndUnits {
  readonly type: EventType;
  readonly actor: string;
  readonly unitIds: readonly string[];
}

const selectUnits = statement(EventEntity, (events, { type, actor, unitIds }: ActorAndUnits) =>
  events.select('unitId', true).where({ actor, type, unitId: { $in: unitIds } }),
);

const insertEvent = statement(EventEntity, (events, event: Omit<EventRow, 'id'>, em) =>
  events.insert(insertValuesOf(EventEntity, event, em)),
);

type EventRow = RecordOf<InferEntity<typeof EventEntity>>;

/**
 * The types that came after the first releases, which fail to serialise an event of a type that they do not know: each with the type
 * that they read in its place. Such an event has its own type in `change`.
 */
const readAs: Partial<Record<EventType, EventType>> = {
  retired: 'rejected',
  reinstated: 'approved',
  reopened: 'proposed',
  superseded: 'rejected',
  merged: 'rejected',
};

const toEvent = ({ change, type, ...event }: EventRow): UnitEvent => ({ ...event, type: change ?? type });

/** Events are read from `db`, which may be a replica; `lastOf` reads the primary, since read routing depends on it. */
export function createEvents(db: Database, primary: Database): EventStore {
  return {
    latest: async (limit) => (await selectLatest.all(db.read, { limit })).map(toEvent),

    lastOf: async (actor) => (await selectLastOf.first(primary.read, { actor }))?.at ?? null,

    async findMany(ids) {
      if (ids.length === 0) return [];
      return alignToKeys(ids, (await byIds.all(db.read, { ids })).map(toEvent), ({ id }) => id);
    },

    async unitsActedOn(type, actor, unitIds) {
      if (unitIds.length === 0) return new Set();
      const events = await selectUnits.all(db.read, { type, actor, unitIds });
      return new Set(events.map(({ unitId }) => unitId));
    },
  };
}

/** An event to record; one without a reason has none. */
export type NewEvent = Omit<UnitEvent, 'id' | 'reason'> & { readonly reason?: string | null };

/** Adds an event, in the transaction of the change that it records. */
export async function recordEvent(tx: Queries, { type, reason = null, ...event }: NewEvent): Promise<void> {
  const known = readAs[type];
  await insertEvent.run(tx, { ...event, reason, type: known ?? type, change: known ? type : null });
}
