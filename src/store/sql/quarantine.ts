import type { Selectable } from 'kysely';
import type { Quarantined, QuarantineStore } from '../store.ts';
import type { Database, Tables } from './database.ts';
import { readPage } from './queries.ts';
import { toDate } from './rows.ts';
import { restore } from './units.ts';

const order = { column: 'quarantine.id', id: 'quarantine.id', direction: 'asc' } as const;

export function createQuarantine(db: Database): QuarantineStore {
  return {
    async find(id) {
      const row = await db.read.selectFrom('quarantine').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toQuarantined(row) : null;
    },

    list: (page) => readPage(db.read.selectFrom('quarantine').selectAll(), order, page, toQuarantined),

    admit: (id, unit, flags) =>
      db.transaction(async (tx) => {
        if (!(await restore(tx, unit, flags))) return false;
        await tx.write.deleteFrom('quarantine').where('id', '=', id).execute();
        return true;
      }),
  };
}

const toQuarantined = (row: Selectable<Tables['quarantine']>): Quarantined => ({
  id: row.id,
  source: row.source,
  sourceId: row.source_id,
  content: row.content,
  reason: row.reason,
  at: toDate(row.at),
});
