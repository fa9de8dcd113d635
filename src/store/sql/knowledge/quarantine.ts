import type { QuarantineStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import { deleteRow, lockRow } from '../rows-by-id.ts';
import { QuarantineEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { restore } from './unit-inserts.ts';

const byId = statement(QuarantineEntity, (rows, { id }: { id: number }) => rows.select('*').where({ id }));

const countAll = statement(QuarantineEntity, (rows) => rows.count()).withRowsOf<{ count: number }>();

const pages = keysetPages(QuarantineEntity, { by: 'id', direction: 'asc' });

/** Rows of a Python server's database that could not be migrated. */
export function createQuarantine(db: Database): QuarantineStore {
  return {
    find: (id) => byId.first(db.read, { id }),

    list: (page) => readPage(db.read, pages, {}, page),

    count: async () => (await countAll.first(db.read, {}))?.count ?? 0,

    admit: (id, unit, flags) =>
      db.transaction(async (tx) => {
        const { write, dialect } = tx;
        const waiting = await lockRow(QuarantineEntity, write, id, dialect.rowLock);
        if (!waiting || !(await restore(tx, unit, flags))) return false;
        await deleteRow(QuarantineEntity, write, id);
        return true;
      }),

    discard: (id) => db.transaction(({ write }) => deleteRow(QuarantineEntity, write, id)),
  };
}
