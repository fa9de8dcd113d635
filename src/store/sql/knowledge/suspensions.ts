import { sql } from 'kysely';
import type { SuspensionChange, SuspensionMark, SuspensionStore } from '../../store.ts';
import { requireName } from '../accounts/erased-names.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { KnowledgeUnitEntity, KnowledgeUnitRevisionEntity } from '../schema/entities.ts';
import { type Statement, statement } from '../statement.ts';
import { recordEvent } from './events.ts';
import { notWithdrawn, undecided } from './lifecycle.ts';
import { revisionById } from './revision-statements.ts';
import type { UnitRow } from './rows.ts';
import { lockUnit } from './unit-content.ts';
import { syncDomainsAndRecordEvent, touchUnit } from './unit-statements.ts';

/** What a suspension did: whoever is suspended in the same millisecond has written other units, so that their name is a condition too. */
interface Marked extends SuspensionMark {
  readonly username: string;
  readonly after: string;
  readonly limit: number;
}

interface Found {
  readonly id: string;
  /** Of a suggestion. */
  readonly unitId?: string;
}

const rejectedUnits = statement(KnowledgeUnitEntity, (units, { username, at, by, after, limit }: Marked) =>
  units
    .select('id')
    .where({ reviewedAt: at, status: 'rejected', reviewedBy: by, createdBy: username, id: { $gt: after } })
    // no `is null`, for which SQLite would take the index of withdrawn units
    .andWhere("coalesce(own.withdrawn_as, '') = ''")
    .orderBy({ id: 'asc' })
    .limit(limit),
).withRowsOf<Found>();

const retiredUnits = statement(KnowledgeUnitEntity, (units, { username, at, by, after, limit }: Marked) =>
  units
    .select('id')
    .where({ withdrawnAt: at, withdrawnAs: 'retired', withdrawnBy: by, createdBy: username, id: { $gt: after } })
    .orderBy({ id: 'asc' })
    .limit(limit),
).withRowsOf<Found>();

const rejectedSuggestions = statement(
  KnowledgeUnitRevisionEntity,
  (revisions, { username, at, by, after, limit }: Marked) =>
    revisions
      .select(['id', 'unitId'])
      .where({ decidedAt: at, status: 'rejected', decidedBy: by, createdBy: username, id: { $gt: after } })
      .orderBy({ id: 'asc' })
      .limit(limit),
).withRowsOf<Found>();

interface Undone extends SuspensionMark {
  readonly id: string;
  readonly now: Date;
}

const undoRejection = statement(KnowledgeUnitEntity, (units, { id, at, by, now }: Undone) =>
  units
    .update({ ...undecided, updatedAt: now })
    .where({ id, status: 'rejected', withdrawnAs: null, reviewedBy: by, reviewedAt: at })
    .returning('*'),
);

const undoRetirement = statement(KnowledgeUnitEntity, (units, { id, at, by, now }: Undone) =>
  units
    .update({ status: 'approved', ...notWithdrawn, updatedAt: now })
    .where({ id, withdrawnAs: 'retired', withdrawnBy: by, withdrawnAt: at })
    .returning('*'),
);

const undoSuggestion = statement(KnowledgeUnitRevisionEntity, (revisions, { id, at, by }: Omit<Undone, 'now'>) =>
  revisions
    .update({ status: 'pending', decidedBy: null, decidedAt: null, note: null, internalNote: null })
    .where({ id, status: 'rejected', decidedBy: by, decidedAt: at })
    .returning('*'),
);

const found: Readonly<Record<SuspensionChange, Statement<Marked, Found>>> = {
  rejected: rejectedUnits,
  suggestionRejected: rejectedSuggestions,
  retired: retiredUnits,
};

export function createSuspensions(db: Database): SuspensionStore {
  return {
    holds: (userId, mark) => holds(db, userId, mark),

    async changed(change, username, mark, { limit, after = '' }) {
      const rows = await found[change].all(db.read, { username, ...mark, after, limit: limit + 1 });
      return {
        items: rows.slice(0, limit).map(({ id, unitId = id }) => ({ id, unitId })),
        hasMore: rows.length > limit,
      };
    },

    undo: (change, id, mark, actor, at) =>
      db.transaction(async (tx) => {
        await requireName(tx, actor);
        return undo[change](tx, id, mark, actor, at);
      }),
  };
}

type Undo = (tx: Database, id: string, mark: SuspensionMark, actor: string, at: Date) => Promise<boolean>;

const undoing =
  (statement: Statement<Undone, UnitRow>, type: 'reopened' | 'reinstated'): Undo =>
  async ({ write }, id, mark, actor, at) => {
    const row = await statement.first(write, { id, ...mark, now: at });
    if (row) syncDomainsAndRecordEvent(write, row, { type, actor, at });
    return row !== null;
  };

const undo: Readonly<Record<SuspensionChange, Undo>> = {
  rejected: undoing(undoRejection, 'reopened'),
  retired: undoing(undoRetirement, 'reinstated'),
  async suggestionRejected(tx, id, mark, actor, at) {
    const seen = await revisionById.first(tx.write, { id });
    // the unit first, as everybody locks them
    const unit = seen && (await lockUnit(tx, seen.unitId));
    const row = unit && (await undoSuggestion.first(tx.write, { id, ...mark }));
    if (!row) return false;
    const event = { type: 'suggestion_reopened', unitId: row.unitId, unitVersion: row.baseVersion, actor, at } as const;
    await touchUnit.run(tx.write, { id: row.unitId, at });
    recordEvent(tx.write, event);
    return true;
  },
};

async function holds({ write, dialect }: Database, userId: number, { at, by }: SuspensionMark): Promise<boolean> {
  const { rows } = await sql`
    select id from users where id = ${userId} and suspended_at = ${toColumn(at)} and suspended_by = ${by}
    ${dialect.shareLock}`.execute(write);
  return rows.length > 0;
}
