import { raw } from '@mikro-orm/core';
import type { KnowledgeUnit, ReviewStatus } from '../../store.ts';
import type { Database } from '../database.ts';
import { inOrder } from '../in-order.ts';
import type { Queries } from '../queries.ts';
import { KnowledgeUnitDomainEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { record } from './events.ts';
import { toUnit, type UnitRow } from './rows.ts';

/** What is asked of units by their ids, and how one changes. */

export const unitById = statement(KnowledgeUnitEntity, (units, { id }: { id: string }) =>
  units.select('*').where({ id }),
);

const byIds = statement(KnowledgeUnitEntity, (units, { ids }: { ids: readonly string[] }) =>
  units.select('*').where({ id: { $in: ids } }),
);

/** What says who may see a unit. */
export const standingsByIds = statement(KnowledgeUnitEntity, (units, { ids }: { ids: readonly string[] }) =>
  units.select(['id', 'status', 'createdBy']).where({ id: { $in: ids } }),
).answering<Pick<KnowledgeUnit, 'id' | 'status' | 'createdBy'>>();

interface Change {
  readonly id: string;
  readonly at: Date;
  readonly change: number;
}

// SQL has no least() and greatest() that both databases know
const changed = (change: number) =>
  raw(
    `case when confidence + ? > 1.0 then 1.0
          when confidence + ? < 0.0 then 0.0
          else confidence + ? end`,
    [change, change, change],
  );

export const confirmUnit = statement(KnowledgeUnitEntity, (units, { id, at, change }: Change) =>
  units
    .update({
      confidence: changed(change),
      confirmations: raw('confirmations + 1'),
      lastConfirmed: at,
      updatedAt: at,
    })
    .where({ id, status: 'approved' })
    .returning('*'),
);

export const changeConfidence = statement(KnowledgeUnitEntity, (units, { id, at, change }: Change) =>
  units
    .update({ confidence: changed(change), updatedAt: at })
    .where({ id, status: 'approved' })
    .returning('*'),
);

interface Tagging {
  readonly unitId: string;
  readonly status: ReviewStatus;
  readonly confidence: number;
}

const updateDomains = statement(KnowledgeUnitDomainEntity, (domains, { unitId, status, confidence }: Tagging) =>
  domains.update({ status, confidence }).where({ unitId }),
);

/** In the order of `ids`, with null where there is none. */
export async function findUnits(db: Database, ids: readonly string[]): Promise<(KnowledgeUnit | null)[]> {
  if (ids.length === 0) return [];
  return inOrder(ids, (await byIds.all(db.read, { ids })).map(toUnit), ({ id }) => id);
}

/** Brings what is derived of a unit's row in step with it, and notes what happened. */
export async function settle(tx: Queries, row: UnitRow, event: Parameters<typeof record>[1]): Promise<KnowledgeUnit> {
  await updateDomains.run(tx, { unitId: row.id, status: row.status, confidence: row.confidence });
  await record(tx, event);
  return toUnit(row);
}
