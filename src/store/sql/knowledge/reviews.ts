import type { KnowledgeUnit, Review, ReviewStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { toUnit } from './rows.ts';
import { settle, unitById } from './unit-statements.ts';

const decideOver = statement(
  KnowledgeUnitEntity,
  (units, { id, status, reviewedBy, reviewedAt, note }: Review & { id: string }) =>
    units
      .update({ status, reviewedBy, reviewedAt, reviewNote: note, updatedAt: reviewedAt })
      .where({ id, status: 'pending' })
      .returning('*'),
);

const selectPending = statement(KnowledgeUnitEntity, (units, { limit }: { limit: number }) =>
  units.select('*').where({ status: 'pending' }).orderBy({ createdAt: 'desc', id: 'desc' }).limit(limit),
);

const selectDecided = statement(KnowledgeUnitEntity, (units, { limit }: { limit: number }) =>
  units
    .select('*')
    // not as those that the status may be: SQLite would sort all units of one
    .where({ reviewedAt: { $ne: null }, status: { $ne: 'pending' } })
    .orderBy({ reviewedAt: 'desc', id: 'desc' })
    .limit(limit),
);

export function createReviews(db: Database): ReviewStore {
  return {
    decide: (id, review) =>
      db.transaction(async ({ write }) => {
        const row = await decideOver.first(write, { id, ...review });
        if (row) {
          const { status: type, reviewedBy: actor, reviewedAt: at } = review;
          return { unit: await settle(write, row, { type, unitId: id, actor, at }), decided: true };
        }
        const winner = await unitById.first(write, { id });
        return winner && { unit: toUnit(winner), decided: false };
      }),

    async latest(limit) {
      // two lists, because each can be read from an index
      const pending = await selectPending.all(db.search, { limit });
      const decided = await selectDecided.all(db.search, { limit });
      return [...pending, ...decided].map(toUnit).sort(lastFirst).slice(0, limit);
    },
  };
}

const settledAt = ({ review, createdAt }: KnowledgeUnit) => (review?.reviewedAt ?? createdAt).getTime();

const lastFirst = (a: KnowledgeUnit, b: KnowledgeUnit) => settledAt(b) - settledAt(a) || (a.id < b.id ? 1 : -1);
