import type { KnowledgeUnit, ReviewStore } from '../store.ts';
import type { Database } from './database.ts';
import { toColumn, toUnit } from './rows.ts';
import { settle } from './units.ts';

export function createReviews(db: Database): ReviewStore {
  return {
    decide: (id, { status, reviewedBy, reviewedAt, note }) =>
      db.transaction(async (tx) => {
        const at = toColumn(reviewedAt);
        const row = await tx.write
          .updateTable('knowledge_units')
          .set({ status, reviewed_by: reviewedBy, reviewed_at: at, review_note: note, updated_at: at })
          .where('id', '=', id)
          .where('status', '=', 'pending')
          .returningAll()
          .executeTakeFirst();
        if (row) {
          const event = { type: status, unitId: id, actor: reviewedBy, at: reviewedAt };
          return { unit: await settle(tx.write, row, event), decided: true };
        }
        const winner = await tx.write.selectFrom('knowledge_units').selectAll().where('id', '=', id).executeTakeFirst();
        return winner ? { unit: toUnit(winner), decided: false } : null;
      }),

    async latest(limit) {
      // two lists, because each can be read from an index
      const pending = db.search
        .selectFrom('knowledge_units')
        .selectAll()
        .where('status', '=', 'pending')
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit);
      const decided = db.search
        .selectFrom('knowledge_units')
        .selectAll()
        .where('reviewed_at', 'is not', null)
        // not as those that it may be: SQLite would sort all units of a status
        .where('status', '!=', 'pending')
        .orderBy('reviewed_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit);
      const rows = [...(await pending.execute()), ...(await decided.execute())];
      return rows.map(toUnit).sort(lastFirst).slice(0, limit);
    },
  };
}

const settledAt = ({ review, createdAt }: KnowledgeUnit) => (review?.reviewedAt ?? createdAt).getTime();

const lastFirst = (a: KnowledgeUnit, b: KnowledgeUnit) => settledAt(b) - settledAt(a) || (a.id < b.id ? 1 : -1);
