import type { ApiKeyStore } from '../store.ts';
import type { Database, Queries } from './database.ts';
import { inOrder, readPage } from './queries.ts';
import { fromApiKey, toApiKey, toColumn, toUser } from './rows.ts';

const order = { column: 'api_keys.created_at', id: 'api_keys.id', direction: 'desc' } as const;

export function createApiKeys(db: Database): ApiKeyStore {
  const toKey = (row: Parameters<typeof toApiKey>[0]) => db.keyUses.known(toApiKey(row));
  return {
    async findActive(id, now) {
      const row = await active(db.read, now).selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return null;
      const user = await db.read.selectFrom('users').selectAll().where('id', '=', row.user_id).executeTakeFirst();
      return user ? { key: toKey(row), user: toUser(user) } : null;
    },

    async findMany(ids) {
      if (ids.length === 0) return [];
      const rows = await db.read.selectFrom('api_keys').selectAll().where('id', 'in', ids).execute();
      return inOrder(ids, rows.map(toKey), ({ id }) => id);
    },

    list(userId, activeAt, page) {
      const query = activeAt ? active(db.read, activeAt) : db.read.selectFrom('api_keys');
      return readPage(query.selectAll().where('user_id', '=', userId), order, page, toKey);
    },

    count: (userId, activeAt) => countKeys(db.read, userId, activeAt),

    insert: (key, limit) =>
      db.transaction(async (tx) => {
        // a write to the owner's row, so that of several at once each counts what the one before it added
        await tx.write.updateTable('users').set({ id: key.userId }).where('id', '=', key.userId).execute();
        if ((await countKeys(tx.write, key.userId, key.createdAt)) >= limit) return false;
        await tx.write.insertInto('api_keys').values(fromApiKey(key)).execute();
        return true;
      }),

    revoke: (id, userId, at) =>
      db.transaction(async (tx) => {
        await tx.write
          .updateTable('api_keys')
          .set({ revoked_at: toColumn(at) })
          .where('id', '=', id)
          .where('user_id', '=', userId)
          .where('revoked_at', 'is', null)
          .execute();
        const row = await tx.write
          .selectFrom('api_keys')
          .selectAll()
          .where('id', '=', id)
          .where('user_id', '=', userId)
          .executeTakeFirst();
        return row ? toKey(row) : null;
      }),

    touch: (id, at) => db.keyUses.note(id, at),

    saveUses: () => db.keyUses.save(db),
  };
}

function active(db: Queries, now: Date) {
  return db.selectFrom('api_keys').where('revoked_at', 'is', null).where('expires_at', '>', toColumn(now));
}

async function countKeys(db: Queries, userId: number, activeAt: Date | null): Promise<number> {
  const query = activeAt ? active(db, activeAt) : db.selectFrom('api_keys');
  const counted = query.select(({ fn }) => fn.countAll<number>().as('count')).where('user_id', '=', userId);
  return Number((await counted.executeTakeFirstOrThrow()).count);
}
