import { raw } from '@mikro-orm/core';
import { UnauthenticatedError } from '../../../errors.ts';
import type { ApiKey, ApiKeyStore } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { keysetPages, mapPage, readPage } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import { ApiKeyEntity, UserEntity } from '../schema/entities.ts';
import { insertValuesOf, statement } from '../statement.ts';
import { writeLastUses } from './last-uses.ts';

interface OfUser {
  readonly userId: number;
}

interface KeyOfUser extends OfUser {
  readonly id: string;
}

/** The condition of a key that is neither revoked nor expired at an instant. */
const active = (at: Date) => ({ revokedAt: null, expiresAt: { $gt: at } });

/** With the owner, in one statement, as it may run for each request. */
const selectActive = statement(ApiKeyEntity, (keys, { id, now }: { id: string; now: Date }) =>
  keys.select('*').where({ id, ...active(now) }),
).with('owner', UserEntity, 'userId');

const byIds = statement(ApiKeyEntity, (keys, { ids }: { ids: readonly string[] }) =>
  keys.select('*').where({ id: { $in: ids } }),
);

const selectOwned = statement(ApiKeyEntity, (keys, { id, userId }: KeyOfUser) =>
  keys.select('*').where({ id, userId }),
);

const order = { by: 'createdAt', direction: 'desc' } as const;

const pages = keysetPages(ApiKeyEntity, order, (keys, { userId }: OfUser) => keys.where({ userId }));

const activePages = keysetPages(ApiKeyEntity, order, (keys, { userId, now }: OfUser & { readonly now: Date }) =>
  keys.where({ userId, ...active(now) }),
);

const countAll = statement(ApiKeyEntity, (keys, { userId }: OfUser) => keys.count().where({ userId })).withRowsOf<{
  count: number;
}>();

const countActive = statement(ApiKeyEntity, (keys, { userId, now }: OfUser & { readonly now: Date }) =>
  keys.count().where({ userId, ...active(now) }),
).withRowsOf<{ count: number }>();

const touchOwner = statement(UserEntity, (users, { id }: { id: number }) => users.update({ id }).where({ id }));

const insertKey = statement(ApiKeyEntity, (keys, key: ApiKey, em) =>
  keys.insert(insertValuesOf(ApiKeyEntity, key, em)),
);

const revokeKey = statement(ApiKeyEntity, (keys, { id, userId, at }: KeyOfUser & { readonly at: Date }) =>
  keys.update({ revokedAt: at }).where({ id, userId, revokedAt: null }),
);

const firstUse = statement(ApiKeyEntity, (keys, { id, at }: { id: string; at: Date }) =>
  keys.update({ lastUsedAt: at }).where({ id, lastUsedAt: null }),
);

const updateHash = statement(
  ApiKeyEntity,
  (keys, { id, from, hash, pepper }: Pick<ApiKey, 'id' | 'hash' | 'pepper'> & { readonly from: string }) =>
    keys.update({ hash, pepper }).where({ id, hash: from }),
);

const countPeppers = statement(ApiKeyEntity, (keys, { now }: { now: Date }) =>
  keys
    .select(['pepper', raw('count(*) as count')])
    .where(active(now))
    .groupBy('pepper'),
).withRowsOf<{ pepper: string | null; count: number }>();

export function createApiKeys(db: Database): ApiKeyStore {
  const withLastUse = (key: ApiKey | null) => key && db.keyUses.withLastUse(key);
  return {
    async findActive(id, now) {
      const found = await selectActive.first(db.read, { id, now });
      if (!found) return null;
      const { owner, ...key } = found;
      return { key: db.keyUses.withLastUse(key), user: db.userUses.withLastUse(owner) };
    },

    async findMany(ids) {
      if (ids.length === 0) return [];
      return alignToKeys(ids, await byIds.all(db.read, { ids }), ({ id }) => id).map(withLastUse);
    },

    async list(userId, activeAt, page) {
      const read = activeAt
        ? readPage(db.read, activePages, { userId, now: activeAt }, page)
        : readPage(db.read, pages, { userId }, page);
      return mapPage(await read, db.keyUses.withLastUse);
    },

    count: (userId, activeAt) => countKeys(db.read, userId, activeAt),

    insert: (key, limit) =>
      db.transaction(async ({ write }) => {
        // write the owner's row first, so that concurrent inserts run one after the other and the limit holds
        if ((await touchOwner.run(write, { id: key.userId })) === 0)
          throw new UnauthenticatedError('Invalid or expired token.');
        if ((await countKeys(write, key.userId, key.createdAt)) >= limit) return false;
        await insertKey.run(write, key);
        return true;
      }),

    revoke: (id, userId, at) =>
      db.transaction(async ({ write }) => {
        if ((await revokeKey.run(write, { id, userId, at })) > 0) write.changedCredentials = true;
        return withLastUse(await selectOwned.first(write, { id, userId }));
      }),

    noteFirstUse: (id, at) => db.transaction(async ({ write }) => (await firstUse.run(write, { id, at })) > 0),

    rehash: (id, from, { hash, pepper }) =>
      db.transaction(async ({ write }) => {
        await updateHash.run(write, { id, from, hash, pepper });
      }),

    async countByPepper(now) {
      const counted = await countPeppers.all(db.read, { now });
      return new Map(counted.map(({ pepper, count }) => [pepper, Number(count)]));
    },

    touch: (id, at) => db.keyUses.record(id, at),

    saveUses: () => db.keyUses.flush((uses) => writeLastUses(db, 'api_keys', uses)),
  };
}

async function countKeys(queries: Queries, userId: number, activeAt: Date | null): Promise<number> {
  const counted = activeAt
    ? await countActive.first(queries, { userId, now: activeAt })
    : await countAll.first(queries, { userId });
  return counted?.count ?? 0;
}
