import { sql } from 'kysely';
import type { QuarantineStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import type { Row } from '../row-mapping.ts';
import { QuarantineEntity } from '../schema/entities.ts';
import { columnsOf, recordsOf, statement } from '../statement.ts';
import { restore } from './unit-inserts.ts';

const byId = statement(QuarantineEntity, (rows, { id }: { id: number }) => rows.select('*').where({ id }));

const deleteRow = statement(QuarantineEntity, (rows, { id }: { id: number }) => rows.delete().where({ id }));

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
        const { rows } = await sql`select id from quarantine where id = ${id} ${dialect.rowLock}`.execute(write);
        if (rows.length === 0 || !(await restore(tx, unit, flags))) return false;
        await deleteRow.run(write, { id });
        return true;
      }),

    discard: (id) =>
      db.transaction(async ({ write }) => {
        // raw SQL: the QueryBuilder's delete returns no rows
        const { rows } =
          await sql<Row>`delete from quarantine where id = ${id} returning ${columnsOf(QuarantineEntity, write)}`.execute(
            write,
          );
        return recordsOf(QuarantineEntity, write, rows)[0] ?? null;
      }),
  };
}
