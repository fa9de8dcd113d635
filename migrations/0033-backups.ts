import { step } from './step.ts';

/** Where `cq-server backup` has put copies of the database, which erasures name: they still have what is erased later. */
export const backups = step('0033-backups', async ({ db, native }) => {
  // the databases differ in how a column numbers itself
  await native({
    sqlite: [
      `create table backups (id integer not null primary key autoincrement, place text not null, made_at text not null)`,
    ],
    postgres: [
      `create table backups (id serial not null primary key, place text collate "C" not null, made_at timestamptz(3) not null)`,
    ],
  });
  await db.schema.createIndex('idx_backups_made').on('backups').columns(['made_at', 'id']).execute();
});
