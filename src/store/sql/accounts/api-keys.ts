import { sql } from 'kysely';
import type { ApiKey, ApiKeyStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { inOrder } from '../in-order.ts';
import { toColumn } from '../instants.ts';
import { mapPage, pagesOf, readPage } from '../pages.ts';
import type { Queries } from '../queries.ts';
import { ApiKeyEntity, UserEntity } from '../schema/entities.ts';
import { statement, wholeOf } from '../statement.ts';
import type { KeyUse } from './api-key-uses.ts';
import { userById } from './users.ts';

interface Owned {
  readonly userId: number;
}

interface OwnedKey extends Owned {
  readonly id: string;
}

/** The condition of a key that works at a moment. */
const active = (at: Date) => ({ revokedAt: null, expiresAt: { $gt: at } });

const selectActive = statement(ApiKeyEntity, (keys, { id, now }: { id: string; now: Date }) =>
  keys.select('*').where({ id, ...active(now) }),
);

const byIds = statement(ApiKeyEntity, (keys, { ids }: { ids: readonly string[] }) =>
  keys.select('*').where({ id: { $in: ids } }),
);

const selectOwned = statement(ApiKeyEntity, (keys, { id, userId }: OwnedKey) => keys.select('*').where({ id, userId }));

const order = { by: 'createdAt', direction: 'desc' } as const;

const pages = pagesOf(ApiKeyEntity, order, (keys, { userId }: Owned) => keys.where({ userId }));

const activePages = pagesOf(ApiKeyEntity, order, (keys, { userId, now }: Owned & { readonly now: Date }) =>
  keys.where({ userId, ...active(now) }),
);

const countAll = statement(ApiKeyEntity, (keys, { userId }: Owned) => keys.count().where({ userId })).answering<{
  count: number;
}>();

const countActive = statement(ApiKeyEntity, (keys, { userId, now }: Owned & { readonly now: Date }) =>
  keys.count().where({ userId, ...active(now) }),
).answering<{ count: number }>();

const touchOwner = statement(UserEntity, (users, { id }: { id: number }) => users.update({ id }).where({ id }));

const insertKey = statement(ApiKeyEntity, (keys, key: ApiKey, em) => keys.insert(wholeOf(ApiKeyEntity, key, em)));

const revokeKey = statement(ApiKeyEntity, (keys, { id, userId, at }: OwnedKey & { readonly at: Date }) =>
  keys.update({ revokedAt: at }).where({ id, userId, revokedAt: null }),
);

export function createApiKeys(db: Database): ApiKeyStore {
  const known = (key: ApiKey | null) => key && db.keyUses.known(key);
  return {
    async findActive(id, now) {
      const key = await selectActive.first(db.read, { id, now });
      const user = key && (await userById.first(db.read, { id: key.userId }));
      return user && { key: db.keyUses.known(key), user };
    },

    async findMany(ids) {
      if (ids.length === 0) return [];
      return inOrder(ids, await byIds.all(db.read, { ids }), ({ id }) => id).map(known);
    },

    async list(userId, activeAt, page) {
      const read = activeAt
        ? readPage(db.read, activePages, { userId, now: activeAt }, page)
        : readPage(db.read, pages, { userId }, page);
      return mapPage(await read, db.keyUses.known);
    },

    count: (userId, activeAt) => countKeys(db.read, userId, activeAt),

    insert: (key, limit) =>
      db.transaction(async ({ write }) => {
        // a write to the owner's row, so that of several at once each counts what the one before it added
        await touchOwner.run(write, { id: key.userId });
        if ((await countKeys(write, key.userId, key.createdAt)) >= limit) return false;
        await insertKey.run(write, key);
        return true;
      }),

    revoke: (id, userId, at) =>
      db.transaction(async ({ write }) => {
        await revokeKey.run(write, { id, userId, at });
        return known(await selectOwned.first(write, { id, userId }));
      }),

    touch: (id, at) => db.keyUses.note(id, at),

    saveUses: () => db.keyUses.save((uses) => db.transaction((tx) => writeUses(tx, uses))),
  };
}

async function countKeys(queries: Queries, userId: number, activeAt: Date | null): Promise<number> {
  const counted = activeAt
    ? await countActive.first(queries, { userId, now: activeAt })
    : await countAll.first(queries, { userId });
  return counted?.count ?? 0;
}

/**
 * Never puts an earlier use into the place of a later one, which another process has seen. A key whose row another process
 * is writing to is left out: what that one knows is as new.
 */
async function writeUses({ write, dialect: { instantType, skipLocked } }: Database, uses: readonly KeyUse[]) {
  const values = sql.join(uses.map(([id, at]) => sql`(${id}, ${toColumn(at)})`));
  const at = sql`cast(used.column2 as ${instantType})`;
  await sql`
    update api_keys set last_used_at = ${at} from (values ${values}) used
     where api_keys.id = used.column1 and (last_used_at is null or last_used_at < ${at})
       and api_keys.id in (select id from api_keys where id in (${sql.join(uses.map(([id]) => id))}) ${skipLocked})`.execute(
    write,
  );
}
