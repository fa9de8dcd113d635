import { raw } from '@mikro-orm/core';
import type { KnowledgeUnit, Review, ReviewStatus } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import type { Queries } from '../queries.ts';
import { KnowledgeUnitDomainEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { type NewEvent, recordEvent } from './events.ts';
import { toUnit, type UnitRow } from './rows.ts';

/** Statements over units by id, and changes of one unit. */

export const unitById = statement(KnowledgeUnitEntity, (units, { id }: { id: string }) =>
  units.select('*').where({ id }),
);

const byIds = statement(KnowledgeUnitEntity, (units, { ids }: { ids: readonly string[] }) =>
  units.select('*').where({ id: { $in: ids } }),
);

/** The columns that decide who may see a unit. */
export const standingsByIds = statement(KnowledgeUnitEntity, (units, { ids }: { ids: readonly string[] }) =>
  units.select(['id', 'status', 'withdrawnAs', 'createdBy', 'domains']).where({ id: { $in: ids } }),
).withRowsOf<Pick<UnitRow, 'id' | 'status' | 'withdrawnAs' | 'createdBy' | 'domains'>>();

/** The columns of a decision. */
export const decisionColumns = ({ status, reviewedBy, reviewedAt, note, internalNote }: Review) => ({
  status,
  reviewedBy,
  reviewedAt,
  reviewNote: internalNote,
  decisionNote: note,
  // of an approved unit, those that say the same are looked for
  repeatsVersion: null,
  updatedAt: reviewedAt,
});

interface Change {
  readonly id: string;
  readonly at: Date;
  readonly change: number;
}

// clamped to 0 … 1; SQLite has no least() and greatest()
const clamped = (change: number) =>
  raw(
    `case when confidence + ? > 1.0 then 1.0
          when confidence + ? < 0.0 then 0.0
          else confidence + ? end`,
    [change, change, change],
  );

/** The largest value of the columns, which an older server or an import may have counted up to: it stays. */
const maxConfirmations = 2 ** 31 - 1;

export const addConfirmation = statement(KnowledgeUnitEntity, (units, { id, at, change }: Change) =>
  units
    .update({
      confidence: clamped(change),
      confirmations: raw('case when confirmations < ? then confirmations + 1 else confirmations end', [
        maxConfirmations,
      ]),
      lastConfirmed: at,
      updatedAt: at,
    })
    .where({ id, status: 'approved' })
    .returning('*'),
);

/** Takes the lock on an approved unit's row by writing what is there: SQLite has no other, and has it already. */
export const holdApproved = statement(KnowledgeUnitEntity, (units, { id }: { id: string }) =>
  units
    .update({ updatedAt: raw('updated_at') })
    .where({ id, status: 'approved' })
    .returning('*'),
);

/** For what is said of a unit and changes nothing in its row: who asks what happened to many units looks at those that changed. */
export const touchUnit = statement(KnowledgeUnitEntity, (units, { id, at }: { id: string; at: Date }) =>
  units.update({ updatedAt: raw('case when updated_at < ? then ? else updated_at end', [at, at]) }).where({ id }),
);

export const countConfirmer = statement(
  KnowledgeUnitEntity,
  (units, { id, confirmers, own }: { id: string; confirmers: number; own: number }) =>
    units
      .update({
        confirmers: raw('case when confirmers < ? then confirmers + ? else confirmers end', [
          maxConfirmations,
          confirmers,
        ]),
        ownConfirmations: raw('case when own_confirmations < ? then own_confirmations + ? else own_confirmations end', [
          maxConfirmations,
          own,
        ]),
      })
      .where({ id })
      .returning('*'),
);

export const changeConfidence = statement(KnowledgeUnitEntity, (units, { id, at, change }: Change) =>
  units
    .update({ confidence: clamped(change), updatedAt: at })
    .where({ id, status: 'approved' })
    .returning('*'),
);

interface DomainColumns {
  readonly unitId: string;
  readonly status: ReviewStatus;
  readonly confidence: number;
}

const updateDomains = statement(KnowledgeUnitDomainEntity, (domains, { unitId, status, confidence }: DomainColumns) =>
  domains.update({ status, confidence }).where({ unitId }),
);

/** The units in the order of `ids`, null where there is none. */
export async function findUnits(db: Database, ids: readonly string[]): Promise<(KnowledgeUnit | null)[]> {
  if (ids.length === 0) return [];
  return alignToKeys(ids, (await byIds.all(db.read, { ids })).map(toUnit), ({ id }) => id);
}

/** After a change of a unit's row: copies status and confidence to its rows of domains, and adds the event. */
export function syncDomainsAndRecordEvent(
  tx: Queries,
  row: UnitRow,
  event: Omit<NewEvent, 'unitId' | 'unitVersion'>,
): KnowledgeUnit {
  const unit = toUnit(row);
  tx.defer(updateDomains.run(tx, { unitId: unit.id, status: unit.status, confidence: row.confidence }));
  recordEvent(tx, { ...event, unitId: unit.id, unitVersion: unit.version });
  return unit;
}
