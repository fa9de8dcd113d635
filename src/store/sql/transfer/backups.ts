import { sql } from 'kysely';
import type { Backup, BackupStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { BackupEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';

const insertBackup = statement(BackupEntity, (backups, { place, madeAt }: Backup) =>
  backups.insert({ place, madeAt }).returning('id'),
);

const deleteBackup = statement(BackupEntity, (backups, { id }: { id: number }) => backups.delete().where({ id }));

const madeSince = statement(BackupEntity, (backups, { since }: { since: Date }) =>
  backups
    .select('*')
    .where({ madeAt: { $gte: since } })
    .orderBy({ madeAt: 'asc', id: 'asc' }),
);

export function createBackups(db: Database): BackupStore {
  return {
    record: (backup, limit) =>
      db.transaction(async ({ write }) => {
        const recorded = await insertBackup.first(write, backup);
        if (!recorded) throw new Error('the record of a backup was not written');
        // raw SQL: the QueryBuilder has no limit in a delete
        await sql`
          delete from backups where id not in (
            select id from backups order by made_at desc, id desc limit ${sql.lit(limit)})`.execute(write);
        return recorded.id;
      }),

    remove: (id) => db.transaction(async ({ write }) => void (await deleteBackup.run(write, { id }))),

    since: async (since) => (await madeSince.all(db.read, { since })).map(({ place, madeAt }) => ({ place, madeAt })),
  };
}
