import type { UserStore } from '../store.ts';
import type { Database } from './database.ts';
import { inOrder, readPage } from './queries.ts';
import { toColumn, toUser } from './rows.ts';

const order = { column: 'users.username', id: 'users.id', direction: 'asc' } as const;

export function createUsers(db: Database): UserStore {
  return {
    async findByName(username) {
      const row = await db.read.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst();
      return row ? toUser(row) : null;
    },

    async findMany(ids) {
      if (ids.length === 0) return [];
      const rows = await db.read.selectFrom('users').selectAll().where('id', 'in', ids).execute();
      return inOrder(ids, rows.map(toUser), ({ id }) => id);
    },

    async findManyByName(usernames) {
      if (usernames.length === 0) return [];
      const rows = await db.read.selectFrom('users').selectAll().where('username', 'in', usernames).execute();
      return inOrder(usernames, rows.map(toUser), ({ username }) => username);
    },

    list: (page) => readPage(db.read.selectFrom('users').selectAll(), order, page, toUser),

    async count() {
      const query = db.read.selectFrom('users').select(({ fn }) => fn.countAll<number>().as('count'));
      return Number((await query.executeTakeFirstOrThrow()).count);
    },

    insert: ({ username, passwordHash, role, createdAt }) =>
      db.transaction(async ({ write }) => {
        const row = await write
          .insertInto('users')
          .values({ username, password_hash: passwordHash, role, created_at: toColumn(createdAt) })
          .onConflict((conflict) => conflict.column('username').doNothing())
          .returningAll()
          .executeTakeFirst();
        return row ? toUser(row) : null;
      }),

    setRole: (id, role) =>
      db.transaction(async (tx) => {
        // a write to every administrator first, so that two at once cannot both leave
        const admins = await tx.write
          .updateTable('users')
          .set({ role: 'admin' })
          .where('role', '=', 'admin')
          .returning('id')
          .execute();
        if (role !== 'admin' && admins.length === 1 && admins[0]?.id === id) return 'lastAdmin';
        const row = await tx.write
          .updateTable('users')
          .set({ role })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst();
        return row ? toUser(row) : null;
      }),

    setPassword: (id, passwordHash, at, version) =>
      db.transaction(async ({ write }) => {
        const user = write.updateTable('users').where('id', '=', id);
        const row = await (version === undefined ? user : user.where('credentials_version', '=', version))
          .set(({ eb }) => ({
            password_hash: passwordHash,
            password_changed_at: toColumn(at),
            credentials_version: eb('credentials_version', '+', 1),
          }))
          .returningAll()
          .executeTakeFirst();
        return row ? toUser(row) : null;
      }),

    rehash: (id, from, to) =>
      db.transaction(async ({ write }) => {
        await write
          .updateTable('users')
          .set({ password_hash: to })
          .where('id', '=', id)
          .where('password_hash', '=', from)
          .execute();
      }),
  };
}
