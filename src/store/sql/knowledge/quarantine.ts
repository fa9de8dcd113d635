import type { QuarantineStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import { QuarantineEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { restore } from './unit-inserts.ts';

const byId = statement(QuarantineEntity, (rows, { id }: { id: number }) => rows.select('*').where({ id }));

const deleteRow = statement(QuarantineEntity, (rows, { id }: { id: number }) => rows.delete().where({ id }));

const pages = keysetPages(QuarantineEntity, { by: 'id', direction: 'asc' });

/** Rows of a Python server's database that could not be migrated. */
export function createQuarantine(db: Database): QuarantineStore {
  return {
    find: (id) => byId.first(db.read, { id }),

    list: (page) => readPage(db.read, pages, {}, page),

    admit: (id, unit, flags) =>
      db.transaction(async (tx) => {
        if (!(await restore(tx, unit, flags))) return false;
        await deleteRow.run(tx.write, { id });
        return true;
      }),
  };
}
