import type { KnowledgeUnit, LifecycleStore, ReplacementOutcome, StatusChange, StatusOutcome } from '../../store.ts';
import { keptName, requireName } from '../accounts/erased-names.ts';
import type { Database } from '../database.ts';
import { type Queries, together } from '../queries.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { type Statement, statement } from '../statement.ts';
import { confirm } from './confirmers.ts';
import { notHeld } from './held-secrets.ts';
import { decidePending, decisionEvent } from './reviews.ts';
import { toUnit, type UnitRow } from './rows.ts';
import { successorsOf } from './successors.ts';
import { lockUnit } from './unit-content.ts';
import { syncDomainsAndRecordEvent, unitById } from './unit-statements.ts';

type Change = StatusChange & { readonly id: string };
type Replacing = Change & { readonly by: string; readonly successor: string };

/** What has come meanwhile is compared with it. */
export const notWithdrawn = {
  withdrawnAs: null,
  withdrawnBy: null,
  withdrawnAt: null,
  withdrawnReason: null,
  repeatsVersion: null,
} as const;

/** The decision note goes too: else what the release before decides next would have it. */
export const undecided = {
  status: 'pending',
  reviewedBy: null,
  reviewedAt: null,
  reviewNote: null,
  decisionNote: null,
} as const;

const retired = ({ by, at, reason }: Change) =>
  ({
    status: 'rejected',
    withdrawnAs: 'retired',
    withdrawnBy: by,
    withdrawnAt: at,
    withdrawnReason: reason,
    updatedAt: at,
  }) as const;

const retire = statement(KnowledgeUnitEntity, (units, change: Change) =>
  units
    .update(retired(change))
    .where({ id: change.id, $or: [{ status: 'approved' }, { withdrawnAs: 'superseded' }] })
    .returning('*'),
);

const retireApproved = statement(KnowledgeUnitEntity, (units, change: Change) =>
  units.update(retired(change)).where({ id: change.id, status: 'approved' }).returning('*'),
);

const reinstate = statement(KnowledgeUnitEntity, (units, { id, at }: Change) =>
  units
    .update({ status: 'approved', ...notWithdrawn, supersededBy: null, updatedAt: at })
    .where({ id, withdrawnAs: { $ne: null } })
    .andWhere(notHeld)
    .returning('*'),
);

const reopen = statement(KnowledgeUnitEntity, (units, { id, at }: Change) =>
  units
    .update({ ...undecided, supersededBy: null, updatedAt: at })
    .where({ id, status: { $in: ['approved', 'rejected'] }, withdrawnAs: null })
    .returning('*'),
);

const supersede = statement(KnowledgeUnitEntity, (units, { id, by, at, reason, successor }: Replacing) =>
  units
    .update({
      status: 'rejected',
      withdrawnAs: 'superseded',
      withdrawnBy: by,
      withdrawnAt: at,
      withdrawnReason: reason,
      supersededBy: successor,
      updatedAt: at,
    })
    .where({ id, status: 'approved' })
    .returning('*'),
);

const pointTo = statement(KnowledgeUnitEntity, (units, { id, successor }: { id: string; successor: string }) =>
  units.update({ supersededBy: successor }).where({ id }).returning('*'),
);

/** Chains are followed in `reading`, which may be a replica; changes follow them in the database that they write. */
export function createLifecycle(db: Database, reading: Database): LifecycleStore {
  const move =
    (change: Statement<Change, UnitRow>, type: 'retired' | 'reinstated' | 'reopened') =>
    (id: string, given: StatusChange): Promise<StatusOutcome | null> =>
      db.transaction(async (tx) => {
        const { write } = tx;
        const [, row] = await together(requireName(tx, given.by), change.first(write, { id, ...given }));
        if (row) {
          const event = { type, actor: given.by, at: given.at, note: given.reason };
          return { unit: syncDomainsAndRecordEvent(write, row, event), changed: true };
        }
        const unchanged = await unitById.first(write, { id });
        return unchanged && { unit: toUnit(unchanged), changed: false };
      });

  return {
    retire: move(retire, 'retired'),
    retireApproved: move(retireApproved, 'retired'),
    reinstate: move(reinstate, 'reinstated'),
    reopen: move(reopen, 'reopened'),

    supersede: (id, by, change) =>
      replace(db, change.by, id, by, isApproved, isFree, async ({ write }, target) => ({
        unit: await supersedeBy(write, id, target, change),
        target,
      })),

    approveInPlaceOf: (superseded, id, review, version = null) =>
      replace(db, review.reviewedBy, superseded, id, isApproved, mayBeApproved(version), async ({ write }) => {
        const row = await decidePending.first(write, { id, ...review });
        const target = syncDomainsAndRecordEvent(write, found(row), decisionEvent(review));
        const { reviewedBy: by, reviewedAt: at } = review;
        const change = { by, at, reason: decisionEvent(review).note };
        return { unit: await supersedeBy(write, superseded, target, change), target };
      }),

    merge: (id, into, review, confidence, since) =>
      replace(db, review.reviewedBy, id, into, isPending, isFree, async (tx, { id: successor }) => {
        const { write } = tx;
        await decidePending.run(write, { id, ...review });
        const closed = found(await pointTo.first(write, { id, successor }));
        const unit = syncDomainsAndRecordEvent(write, closed, { ...decisionEvent(review), type: 'merged' });
        const { createdBy } = unit;
        const target = await confirm(tx, successor, createdBy, review.reviewedAt, confidence, since, keptName);
        return { unit, target: found(target) };
      }),

    successors: (ids) => successorsOf(reading.read, ids),
  };
}

const isApproved = ({ status }: KnowledgeUnit) => status === 'approved';
const isPending = ({ status }: KnowledgeUnit) => status === 'pending';
/** Whether a unit may be approved: a pending one, in this version, that is not held for what looks like secrets. */
const mayBeApproved = (version: number | null) => (unit: KnowledgeUnit) =>
  isPending(unit) && (version === null || unit.version === version) && unit.held?.releasedBy !== null;
/** Whether a unit may take another one's place: an approved one at the end of its chain. */
const isFree = ({ status, supersededBy }: KnowledgeUnit) => status === 'approved' && supersededBy === null;

/**
 * Puts the unit at the end of the chain of `by` in the place of another one, if both are as they must be.
 *
 * Both rows are locked before they are looked at, in the order of their ids, so that no two transactions wait for each other. A unit
 * that takes another one's place has no successor, and a unit with one takes no place: so no circle can come about, whatever
 * happens at once.
 */
function replace(
  db: Database,
  actor: string,
  id: string,
  by: string,
  mayBeReplaced: (unit: KnowledgeUnit) => boolean,
  mayReplace: (unit: KnowledgeUnit) => boolean,
  write: (tx: Database, target: KnowledgeUnit) => Promise<{ unit: KnowledgeUnit; target: KnowledgeUnit }>,
): Promise<ReplacementOutcome> {
  return db.transaction(async (tx) => {
    await requireName(tx, actor);
    const end = (await successorsOf(tx.write, [by]))[0] ?? by;
    if (end === id) {
      const unit = await unitById.first(tx.write, { id });
      return { outcome: unit ? 'circle' : 'unit', unit: unit && toUnit(unit), target: null };
    }
    const locked = new Map<string, KnowledgeUnit>();
    for (const each of [id, end].sort()) {
      const row = await lockUnit(tx, each);
      if (row) locked.set(each, toUnit(row));
    }
    const [unit, target] = [locked.get(id) ?? null, locked.get(end) ?? null];
    if (!unit || !mayBeReplaced(unit)) return { outcome: 'unit', unit, target };
    if (!target || !mayReplace(target)) return { outcome: 'target', unit, target };
    return { outcome: 'replaced', ...(await write(tx, target)) };
  });
}

async function supersedeBy(
  tx: Queries,
  id: string,
  target: KnowledgeUnit,
  { by, at, reason }: StatusChange,
): Promise<KnowledgeUnit> {
  const row = found(await supersede.first(tx, { id, by, at, reason, successor: target.id }));
  return syncDomainsAndRecordEvent(tx, row, { type: 'superseded', actor: by, at, note: reason });
}

/** The row that a statement changed which is locked, and as it must be. */
function found<Row>(row: Row | null): Row {
  if (!row) throw new Error('unreachable: the row is locked');
  return row;
}
