import type { EventStore, EventType, UnitEvent } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import type { Queries } from '../queries.ts';
import { EventEntity } from '../schema/entities.ts';
import { insertValuesOf, statement } from '../statement.ts';

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

const insertEvent = statement(EventEntity, (events, event: Omit<UnitEvent, 'id'>, em) =>
  events.insert(insertValuesOf(EventEntity, event, em)),
);

/** Events are read from `db`, which may be a replica; `lastOf` reads the primary, since read routing depends on it. */
export function createEvents(db: Database, primary: Database): EventStore {
  return {
    latest: (limit) => selectLatest.all(db.read, { limit }),

    lastOf: async (actor) => (await selectLastOf.first(primary.read, { actor }))?.at ?? null,

    async findMany(ids) {
      if (ids.length === 0) return [];
      return alignToKeys(ids, await byIds.all(db.read, { ids }), ({ id }) => id);
    },

    async unitsActedOn(type, actor, unitIds) {
      if (unitIds.length === 0) return new Set();
      const events = await selectUnits.all(db.read, { type, actor, unitIds });
      return new Set(events.map(({ unitId }) => unitId));
    },
  };
}

/** Adds an event, in the transaction of the change that it records. */
export async function recordEvent(tx: Queries, event: Omit<UnitEvent, 'id'>): Promise<void> {
  await insertEvent.run(tx, event);
}
