import type { Review, ReviewStore } from '../../store.ts';
import { requireName } from '../accounts/erased-names.ts';
import type { Database } from '../database.ts';
import { together } from '../queries.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { reindexUnits } from '../search/index-units.ts';
import { statement } from '../statement.ts';
import { notHeld } from './held-secrets.ts';
import { proposalRecords } from './proposal-records.ts';
import { toUnit, type UnitRow } from './rows.ts';
import { embedAgain } from './unit-content.ts';
import { decisionColumns, syncDomainsAndRecordEvent, unitById } from './unit-statements.ts';

/** What is held for what looks like secrets is not approved. */
const mayBecome = `(${notHeld} or 'approved' <> ?)`;

export const decidePending = statement(KnowledgeUnitEntity, (units, given: Review & { id: string }) =>
  units
    .update(decisionColumns(given))
    .where({ id: given.id, status: 'pending' })
    .andWhere(mayBecome, [given.status])
    .returning('*'),
);

const release = statement(KnowledgeUnitEntity, (units, { id, by }: { id: string; by: string }) =>
  units
    .update({ secretsReleasedBy: by })
    .where({ id, heldSecrets: { $ne: null }, secretsReleasedBy: null })
    .returning('*'),
);

const decidePendingVersion = statement(KnowledgeUnitEntity, (units, given: Review & { id: string; version: number }) =>
  units
    .update(decisionColumns(given))
    .where({ id: given.id, version: given.version, status: 'pending' })
    .andWhere(mayBecome, [given.status])
    .returning('*'),
);

const selectPending = statement(KnowledgeUnitEntity, (units, { limit }: { limit: number }) =>
  units.select('*').where({ status: 'pending' }).orderBy({ createdAt: 'desc', id: 'desc' }).limit(limit),
);

const selectDecided = statement(KnowledgeUnitEntity, (units, { limit }: { limit: number }) =>
  units
    .select('*')
    // `<>` and not `in (approved, rejected)`, for which SQLite would sort all units of a status
    .where({ reviewedAt: { $ne: null }, status: { $ne: 'pending' } })
    // no `or`, for which SQLite would take the index of withdrawn units
    .andWhere("coalesce(own.withdrawn_as, '') <> 'retired'")
    // as the index has them: what a suspension rejects is decided at one instant, and sorting that by id alone would read all of it
    .orderBy({ reviewedAt: 'desc', status: 'desc', id: 'desc' })
    .limit(limit),
);

export function createReviews(db: Database): ReviewStore {
  return {
    decide: (id, review, version = null) =>
      db.shortTransaction(async (tx) => {
        const { write } = tx;
        const [, row] = await together(
          requireName(tx, review.reviewedBy),
          version === null
            ? decidePending.first(write, { id, ...review })
            : decidePendingVersion.first(write, { id, version, ...review }),
        );
        if (row) {
          return { unit: syncDomainsAndRecordEvent(write, row, decisionEvent(review)), decided: true };
        }
        const decided = await unitById.first(write, { id });
        return decided && { unit: toUnit(decided), decided: false };
      }),

    release: (id, by) =>
      db.transaction(async (tx) => {
        await requireName(tx, by);
        const row = await release.first(tx.write, { id, by });
        if (!row) return null;
        const unit = toUnit(row);
        await reindexUnits(tx, [unit]);
        await embedAgain(tx, id);
        return unit;
      }),

    async latest(limit) {
      // two queries, because each can be answered in order from an index
      const pending = await selectPending.all(db.search, { limit });
      const decided = await selectDecided.all(db.search, { limit });
      return [...pending, ...decided].sort(latestFirst).slice(0, limit).map(toUnit);
    },

    recordsOf: (proposers) => proposalRecords(db.search, proposers),
  };
}

/** The event of a decision, with all that was noted. */
export function decisionEvent({ status: type, reviewedBy: actor, reviewedAt: at, note, internalNote }: Review) {
  return { type, actor, at, note: [note, internalNote].filter((part) => part !== null).join('\n') || null };
}

const decidedOrProposedAt = ({ reviewedAt, createdAt }: UnitRow) => (reviewedAt ?? createdAt).getTime();

/** The order of both queries; a pending unit, which has no decision, after those that were decided when it was proposed. */
const latestFirst = (a: UnitRow, b: UnitRow) =>
  decidedOrProposedAt(b) - decidedOrProposedAt(a) ||
  Number(a.status === 'pending') - Number(b.status === 'pending') ||
  compared(b.status, a.status) ||
  compared(b.id, a.id);

const compared = (a: string, b: string) => Number(a > b) - Number(a < b);
