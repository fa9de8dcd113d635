import { raw } from '@mikro-orm/core';
import type { NewUser, UserRole, UserStore } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import { NameSkeletonEntity, UserEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';

export const userById = statement(UserEntity, (users, { id }: { id: number }) => users.select('*').where({ id }));

const byName = statement(UserEntity, (users, { username }: { username: string }) =>
  users.select('*').where({ username }),
);

const byIds = statement(UserEntity, (users, { ids }: { ids: readonly number[] }) =>
  users.select('*').where({ id: { $in: ids } }),
);

const byNames = statement(UserEntity, (users, { usernames }: { usernames: readonly string[] }) =>
  users.select('*').where({ username: { $in: usernames } }),
);

const inPages = keysetPages(UserEntity, { by: 'username', direction: 'asc' });

const countAll = statement(UserEntity, (users) => users.count()).withRowsOf<{ count: number }>();

const insertUser = statement(UserEntity, (users, { username, passwordHash, role, createdAt }: NewUser) =>
  users.insert({ username, passwordHash, role, createdAt }).onConflict('username').ignore().returning('*'),
);

const deleteUser = statement(UserEntity, (users, { id }: { id: number }) => users.delete().where({ id }));

const insertSkeleton = statement(
  NameSkeletonEntity,
  (names, { skeleton, userId }: { skeleton: string; userId: number }) =>
    names.insert({ skeleton, userId }).onConflict('skeleton').ignore().returning('skeleton'),
);

const bySkeletons = statement(NameSkeletonEntity, (names, { skeletons }: { skeletons: readonly string[] }) =>
  names.select('*').where({ skeleton: { $in: skeletons } }),
);

const touchRole = statement(UserEntity, (users, { role }: { role: UserRole }) =>
  users.update({ role }).where({ role }).returning('id'),
);

const updateRole = statement(UserEntity, (users, { id, role }: { id: number; role: UserRole }) =>
  users.update({ role }).where({ id }).returning('*'),
);

interface NewPassword {
  readonly id: number;
  readonly passwordHash: string;
  readonly at: Date;
}

const nextVersion = { credentialsVersion: raw('credentials_version + 1') };

const updatePassword = statement(UserEntity, (users, { id, passwordHash, at }: NewPassword) =>
  users
    .update({ ...nextVersion, passwordHash, passwordChangedAt: at })
    .where({ id })
    .returning('*'),
);

const updatePasswordOfVersion = statement(
  UserEntity,
  (users, { id, passwordHash, at, version }: NewPassword & { readonly version: number }) =>
    users
      .update({ ...nextVersion, passwordHash, passwordChangedAt: at })
      .where({ id, credentialsVersion: version })
      .returning('*'),
);

const updateHash = statement(UserEntity, (users, { id, from, to }: { id: number; from: string; to: string }) =>
  users.update({ passwordHash: to }).where({ id, passwordHash: from }),
);

export function createUsers(db: Database): UserStore {
  return {
    findByName: (username) => byName.first(db.read, { username }),

    async findMany(ids) {
      if (ids.length === 0) return [];
      return alignToKeys(ids, await byIds.all(db.read, { ids }), ({ id }) => id);
    },

    async findManyByName(usernames) {
      if (usernames.length === 0) return [];
      return alignToKeys(usernames, await byNames.all(db.read, { usernames }), ({ username }) => username);
    },

    list: (page) => readPage(db.read, inPages, {}, page),

    count: async () => (await countAll.first(db.read, {}))?.count ?? 0,

    insert: (user, skeletons = []) =>
      db.transaction(async ({ write }) => {
        const added = await insertUser.first(write, user);
        if (!added) return null;
        // in one order everywhere, so that two names that look alike cannot wait for each other
        for (const skeleton of skeletons.toSorted()) {
          // a concurrent transaction with the same skeleton waits here for the first one
          if (await insertSkeleton.first(write, { skeleton, userId: added.id })) continue;
          // and not by an error: the transaction may be the caller's
          await deleteUser.run(write, { id: added.id });
          return null;
        }
        return added;
      }),

    async findBySkeleton(skeletons) {
      if (skeletons.length === 0) return null;
      const found = await bySkeletons.first(db.read, { skeletons });
      return found && userById.first(db.read, { id: found.userId });
    },

    setRole: (id, role) =>
      db.transaction(async ({ write }) => {
        // write the rows of all administrators first, so that two concurrent calls cannot both remove the last but one
        const admins = await touchRole.all(write, { role: 'admin' });
        if (role !== 'admin' && admins.length === 1 && admins[0]?.id === id) return 'lastAdmin';
        return updateRole.first(write, { id, role });
      }),

    setPassword: (id, passwordHash, at, version) =>
      db.transaction(({ write }) =>
        version === undefined
          ? updatePassword.first(write, { id, passwordHash, at })
          : updatePasswordOfVersion.first(write, { id, passwordHash, at, version }),
      ),

    rehash: (id, from, to) =>
      db.transaction(async ({ write }) => {
        await updateHash.run(write, { id, from, to });
      }),
  };
}
