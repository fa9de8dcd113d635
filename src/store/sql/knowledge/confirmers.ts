import type { InferEntity } from '@mikro-orm/core';
import type { Confirmer, KnowledgeUnit } from '../../store.ts';
import { requireName } from '../accounts/erased-names.ts';
import type { Database } from '../database.ts';
import { type Queries, together } from '../queries.ts';
import { UnitConfirmerEntity } from '../schema/entities.ts';
import { insertValuesOf, type RecordOf, statement } from '../statement.ts';
import { toUnit, type UnitRow } from './rows.ts';
import {
  addConfirmation,
  countConfirmer,
  holdApproved,
  syncDomainsAndRecordEvent,
  unitById,
} from './unit-statements.ts';

/** Confirmations of a unit, and the people who gave them. */

type ConfirmerRow = RecordOf<InferEntity<typeof UnitConfirmerEntity>>;
type Key = Pick<ConfirmerRow, 'unitId' | 'username'>;

export const insertConfirmers = statement(UnitConfirmerEntity, (confirmers, row: ConfirmerRow, em) =>
  confirmers
    .insert(insertValuesOf(UnitConfirmerEntity, row, em))
    .onConflict(['unitId', 'username'])
    .ignore()
    .returning('username'),
);

// never to an earlier time, which a clock that is set back has: by an event after it a trigger knows what the release before has written
const updateLast = statement(UnitConfirmerEntity, (confirmers, { unitId, username, lastAt }: ConfirmerRow) =>
  confirmers.update({ lastAt }).where({ unitId, username, lastAt: { $lt: lastAt } }),
);

const renameConfirmer = statement(
  UnitConfirmerEntity,
  (confirmers, { unitId, username, name }: Key & { readonly name: string }) =>
    confirmers.update({ username: name }).where({ unitId, username }),
);

const selectOne = statement(UnitConfirmerEntity, (confirmers, { unitId, username }: Key) =>
  confirmers.select('*').where({ unitId, username }),
);

const selectAll = statement(UnitConfirmerEntity, (confirmers, { unitId }: { unitId: string }) =>
  confirmers.select(['username', 'lastAt']).where({ unitId }).orderBy({ username: 'asc' }),
).withRowsOf<Confirmer>();

export const confirmersOf = (db: Database, unitId: string): Promise<Confirmer[]> => selectAll.all(db.read, { unitId });

/**
 * See `UnitStore`. `mayWrite` answers the name of `actor` as it may be written, with the row of the unit locked: whether the actor is its
 * author is then compared with the name that the unit keeps.
 */
export async function confirm(
  db: Database,
  id: string,
  actor: string,
  at: Date,
  change: number,
  since?: Date,
  mayWrite: (tx: Database, name: string) => Promise<string> = requireName,
  signal?: AbortSignal,
): Promise<KnowledgeUnit | null> {
  if (since) {
    // most repeats end here, without a write
    const unit = await unitById.first(db.read, { id });
    const one = unit?.status === 'approved' ? await selectOne.first(db.read, { unitId: id, username: actor }) : null;
    if (unit?.status === 'approved' && counts(unit, one, unit.createdBy === actor, since)) return toUnit(unit);
  }
  const add = async (tx: Database) => {
    const { write } = tx;
    // the row of the unit is locked first, whichever: two transactions that lock it and a confirmer's crosswise would deadlock
    const [held, name, found] = await together(
      since ? holdApproved.first(write, { id }) : addConfirmation.first(write, { id, at, change }),
      mayWrite(tx, actor),
      selectOne.first(write, { unitId: id, username: actor }),
    );
    if (!held) return null;
    const before = name === actor ? found : await renamed(write, { unitId: id, username: actor }, name);
    const isOwn = held.createdBy === actor || held.createdBy === name;
    if (since && counts(held, before, isOwn, since)) return { unit: toUnit(held), counted: null };
    const row = since ? await addConfirmation.first(write, { id, at, change }) : held;
    if (!row) return null;
    const one = { unitId: id, username: name, lastAt: at };
    write.defer(before ? updateLast.run(write, one) : insertConfirmers.run(write, one));
    const own = Number(isOwn);
    const counted = before && !isOwn ? null : countConfirmer.first(write, { id, confirmers: 1 - own, own });
    if (counted) write.defer(counted);
    return { unit: syncDomainsAndRecordEvent(write, row, { type: 'confirmed', actor: name, at }), counted };
  };
  const confirmed = await db.unitQueue(id, () => db.shortTransaction(add), signal);
  const row = await confirmed?.counted;
  return row ? toUnit(row) : (confirmed?.unit ?? null);
}

/** Puts a name in place of another one: what the job that puts the placeholder of somebody who was erased has not come to yet. */
async function renamed(write: Queries, { unitId, username }: Key, name: string): Promise<ConfirmerRow | null> {
  await renameConfirmer.run(write, { unitId, username, name });
  return selectOne.first(write, { unitId, username: name });
}

/** Whether a person has confirmed a unit, or proposed it, at a time or after it. */
const counts = (unit: UnitRow, confirmer: ConfirmerRow | null, isOwn: boolean, since: Date): boolean =>
  (isOwn && unit.createdAt >= since) || (confirmer !== null && confirmer.lastAt >= since);
