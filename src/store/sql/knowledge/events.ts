import type { InferEntity } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { EventStore, EventType, UnitEvent } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { mapPage, readPage } from '../keyset-pages.ts';
import { createLog } from '../log/log.ts';
import type { LogPart } from '../log/log-source.ts';
import type { Queries } from '../queries.ts';
import { EventEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { columnsOf, insertValuesOf, memoizeByShape, type RecordOf, recordsOf, statement } from '../statement.ts';
import { selectEvidence, unitEventPages } from './unit-events.ts';
import { type FilterValues, valuesOf, whereUnit } from './unit-filter.ts';

const selectLatest = statement(EventEntity, (events, { limit }: { limit: number }) =>
  events.select('*').orderBy({ id: 'desc' }).limit(limit),
);

const selectLastOf = statement(EventEntity, (events, { actor }: { actor: string }) =>
  events.select('at').where({ actor }).orderBy({ id: 'desc' }).limit(1),
);

const byIds = statement(EventEntity, (events, { ids }: { ids: readonly number[] }) =>
  events.select('*').where({ id: { $in: ids } }),
);

/** Only so many units of one proposer are looked at, those that changed last. */
const maxChangedUnits = 1000;

const changedUnits = memoizeByShape(
  (limited: { readonly byDomain: boolean }) => String(limited.byDomain),
  ({ byDomain }) =>
    statement(KnowledgeUnitEntity, (units, given: FilterValues & { readonly since: Date }, em) => {
      const changed = whereUnit(
        units.select('id') as never,
        { createdBy: '', ...(byDomain && { within: [] }) },
        given,
        em,
      );
      return changed
        .andWhere({ updatedAt: { $gte: given.since } })
        .orderBy({ updatedAt: 'desc', id: 'desc' })
        .limit(maxChangedUnits);
    }),
);

/**
 * What happened, each with a word that the release before this one has: its enum fails on any other. `type` has that word, and
 * `kind` ours where it is another. Of `confirmed` and `flagged` no other may have the word: `unitsActedOn` reads only that.
 */
const earlierWord: Readonly<Record<EventType, string>> = {
  proposed: 'proposed',
  confirmed: 'confirmed',
  flagged: 'flagged',
  approved: 'approved',
  rejected: 'rejected',
  amended: 'proposed',
  revised: 'approved',
  suggested: 'proposed',
  suggestion_rejected: 'rejected',
  suggestion_reopened: 'proposed',
  retired: 'rejected',
  reinstated: 'approved',
  reopened: 'proposed',
  superseded: 'rejected',
  merged: 'rejected',
};

type EventRow = RecordOf<InferEntity<typeof EventEntity>>;

/** A kind that only a later release knows is read as the word that it wrote for us. */
function toEvent({ type, kind, xid: _, ...event }: EventRow): UnitEvent {
  const known = kind !== null && Object.hasOwn(earlierWord, kind) ? kind : type;
  return { ...event, type: known as EventType };
}

interface ActorAndUnits {
  readonly actor: string;
  readonly unitIds: readonly string[];
}

/** The type written out, as the index `idx_events_actor` has it: SQLite takes a part of an index only then. */
const selectUnits = memoizeByShape(
  (type: 'confirmed' | 'flagged') => type,
  (type) =>
    statement(EventEntity, (events, { actor, unitIds }: ActorAndUnits) =>
      events
        .select('unitId', true)
        .where({ actor, unitId: { $in: unitIds } })
        .andWhere(`own.type = '${type}'`),
    ),
);

const insertEvent = statement(EventEntity, (events, event: Omit<EventRow, 'id' | 'xid'>, em) => {
  const { xid: _, ...values } = insertValuesOf(EventEntity, event, em);
  return events.insert(values as typeof values & { xid: never });
});

/** Events are read from `db`, which may be a replica; the log, and `lastOf`, on which read routing depends, from the primary. */
export function createEvents(db: Database, primary: Database): EventStore {
  const log = createLog(primary.logs, 'events', {
    toEntries: (rows) => recordsOf(EventEntity, primary.read, rows).map(toEvent),
    isPruned: false,
  });
  return {
    log,

    latest: async (limit) => (await selectLatest.all(db.read, { limit })).map(toEvent),

    async ofUnit(unitId, types, page) {
      const pages = unitEventPages({ some: types !== null });
      // what is left out is read too, and may be much
      const events = await readPage(types ? db.search : db.read, pages, { unitId, types: types ?? [] }, page);
      return mapPage(events, toEvent);
    },

    ofEvidence: async (unitId, limit) =>
      (await selectEvidence.all(db.search, { unitId, limit })).reverse().map(toEvent),

    lastOf: async (actor) => (await selectLastOf.first(primary.read, { actor }))?.at ?? null,

    async findMany(ids) {
      if (ids.length === 0) return [];
      return alignToKeys(ids, (await byIds.all(db.read, { ids })).map(toEvent), ({ id }) => id);
    },

    async ofProposals(proposer, { after, since, within, limit }) {
      const filter = { createdBy: proposer, ...(within && { within }) };
      const units = changedUnits({ byDomain: within !== null }).asSql(primary.read, { ...valuesOf(filter), since });
      // raw SQL: materialized, so that no planner reads all events in their order in search of those of few units
      const part: LogPart = (condition) => sql`(
        with changed(unit) as materialized (${units})
        select ${columnsOf(EventEntity, primary.read, 'events')} from changed ${primary.dialect.orderedJoin} events on unit_id = unit
         where ${condition} and at >= ${toColumn(since)} and actor <> ${proposer})`;
      return log.readPart(part, after, limit);
    },

    async unitsActedOn(type, actor, unitIds) {
      if (unitIds.length === 0) return new Set();
      const events = await selectUnits(type).all(db.read, { actor, unitIds });
      return new Set(events.map(({ unitId }) => unitId));
    },
  };
}

/** An event to record; one without a note has none. */
export type NewEvent = Omit<UnitEvent, 'id' | 'note'> & { readonly note?: string | null };

/** Adds an event, in the transaction of the change that it records, at the end of that at the latest. */
export function recordEvent(tx: Queries, { type: happened, note = null, ...event }: NewEvent): void {
  const type = earlierWord[happened];
  tx.defer(insertEvent.run(tx, { ...event, note, type, kind: type === happened ? null : happened }));
  tx.addedToLog = true;
}
