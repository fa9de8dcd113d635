import { raw } from '@mikro-orm/core';
import type { NewUser, User, UserRole, UserStore } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { keysetPages, mapPage, readPage } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import { ApiKeyEntity, NameSkeletonEntity, UserEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { erasedNames, requireName } from './erased-names.ts';
import { writeLastUses } from './last-uses.ts';
import { deleteSessions } from './sessions.ts';

const userById = statement(UserEntity, (users, { id }: { id: number }) => users.select('*').where({ id }));

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

const selectFirst = statement(UserEntity, (users) => users.select('id').orderBy({ id: 'asc' }).limit(1));

const touch = statement(UserEntity, (users, { id }: { id: number }) => users.update({ id }).where({ id }));

const byRole = statement(UserEntity, (users, { role }: { role: UserRole }) =>
  users.select(['id', 'suspendedAt', 'closedAt']).where({ role }),
);

const updateRole = statement(UserEntity, (users, { id, role }: { id: number; role: UserRole }) =>
  users.update({ role }).where({ id }).returning('*'),
);

/** Voids the tokens of a user. */
const nextVersion = { credentialsVersion: raw('credentials_version + 1') };

interface Suspension {
  readonly id: number;
  readonly at: Date;
  readonly by: string;
  readonly reason: string;
}

const updateSuspended = statement(UserEntity, (users, { id, at, by, reason }: Suspension) =>
  users
    .update({ ...nextVersion, suspendedAt: at, suspendedBy: by, suspensionReason: reason })
    .where({ id, suspendedAt: null })
    .returning('*'),
);

const notSuspended = { suspendedAt: null, suspendedBy: null, suspensionReason: null } as const;

const endSuspension = statement(UserEntity, (users, { id }: { id: number }) =>
  users
    .update(notSuspended)
    .where({ id, suspendedAt: { $ne: null } })
    .returning('*'),
);

const endSuspensionOf = statement(UserEntity, (users, { id, at, by }: Omit<Suspension, 'reason'>) =>
  users.update(notSuspended).where({ id, suspendedAt: at, suspendedBy: by }).returning('*'),
);

const updateClosed = statement(UserEntity, (users, { id, at, by }: Omit<Suspension, 'reason'>) =>
  users
    .update({ ...nextVersion, closedAt: at, closedBy: by })
    .where({ id, closedAt: null })
    .returning('*'),
);

const revokeAll = statement(ApiKeyEntity, (keys, { id, at }: { id: number; at: Date }) =>
  keys.update({ revokedAt: at }).where({ userId: id, revokedAt: null }),
);

const clearClosing = statement(UserEntity, (users, { id }: { id: number }) =>
  users.update({ closedAt: null, closedBy: null }).where({ id }).returning('*'),
);

interface NewPassword {
  readonly id: number;
  readonly passwordHash: string;
  readonly at: Date;
}

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
  const withLastUse = (user: User | null) => user && db.userUses.withLastUse(user);
  return {
    findByName: async (username) => withLastUse(await byName.first(db.read, { username })),

    async findMany(ids) {
      if (ids.length === 0) return [];
      return alignToKeys(ids, await byIds.all(db.read, { ids }), ({ id }) => id).map(withLastUse);
    },

    async findManyByName(usernames) {
      if (usernames.length === 0) return [];
      const found = alignToKeys(usernames, await byNames.all(db.read, { usernames }), ({ username }) => username);
      return found.map(withLastUse);
    },

    list: async (page) => mapPage(await readPage(db.read, inPages, {}, page), db.userUses.withLastUse),

    count: async () => (await countAll.first(db.read, {}))?.count ?? 0,

    insert: (user, skeletons = []) =>
      db.transaction(async ({ write }) => {
        const added = await insertUser.first(write, user);
        if (!added) return null;
        // only now: the erasure of who had the name may have been waited for
        if ((await erasedNames(write, [user.username])).size > 0) {
          await deleteUser.run(write, { id: added.id });
          return null;
        }
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

    wasErased: async (username) => (await erasedNames(db.read, [username])).size > 0,

    async findBySkeleton(skeletons) {
      if (skeletons.length === 0) return null;
      const found = await bySkeletons.first(db.read, { skeletons });
      return found && userById.first(db.read, { id: found.userId });
    },

    setRole: (id, role) =>
      role === 'admin'
        ? db.transaction(({ write }) => {
            write.changedCredentials = true;
            return updateRole.first(write, { id, role });
          })
        : exceptLastAdmin(db, id, ({ write }) => updateRole.first(write, { id, role })),

    suspend: (id, suspension) =>
      exceptLastAdmin(db, id, async (tx) => {
        await requireName(tx, suspension.by);
        const { write } = tx;
        const suspended = await updateSuspended.first(write, { id, ...suspension });
        if (!suspended) return userById.first(write, { id });
        await deleteSessions(write, id);
        return suspended;
      }),

    reinstate: (id, mark) =>
      db.transaction(async ({ write }) => {
        const ended = await (mark ? endSuspensionOf.first(write, { id, ...mark }) : endSuspension.first(write, { id }));
        const user = ended ?? (await userById.first(write, { id }));
        return user && { user, ended: ended !== null };
      }),

    close: (id, closing) =>
      exceptLastAdmin(db, id, async (tx) => {
        await requireName(tx, closing.by);
        const { write } = tx;
        const closed = await updateClosed.first(write, { id, ...closing });
        if (!closed) return userById.first(write, { id });
        await revokeAll.run(write, { id, at: closing.at });
        await deleteSessions(write, id);
        return closed;
      }),

    reopen: (id) => db.transaction(({ write }) => clearClosing.first(write, { id })),

    setPassword: (id, passwordHash, at, version) =>
      db.transaction(async ({ write }) => {
        const changed =
          version === undefined
            ? await updatePassword.first(write, { id, passwordHash, at })
            : await updatePasswordOfVersion.first(write, { id, passwordHash, at, version });
        if (!changed) return null;
        write.changedCredentials = true;
        await deleteSessions(write, id);
        return changed;
      }),

    rehash: (id, from, to) =>
      db.transaction(async ({ write }) => {
        await updateHash.run(write, { id, from, to });
      }),

    touch: (id, at) => db.userUses.record(id, at),

    saveUses: () => db.userUses.flush((uses) => writeLastUses(db, 'users', uses)),
  };
}

/** Runs a change after which the user is no administrator who can sign in; not if there would be none. */
export function exceptLastAdmin<Result>(
  db: Database,
  id: number,
  change: (tx: Database) => Promise<Result>,
): Promise<Result | 'lastAdmin'> {
  return db.transaction(async (tx) => {
    const { write } = tx;
    await takeTurns(write);
    const admins = await byRole.all(write, { role: 'admin' });
    const [own, others] = [admins.filter((admin) => admin.id === id), admins.filter((admin) => admin.id !== id)];
    const isActive = (admin: Pick<User, 'suspendedAt' | 'closedAt'>) => !admin.suspendedAt && !admin.closedAt;
    if (own.some(isActive) && !others.some(isActive)) return 'lastAdmin';
    write.changedCredentials = true;
    return change(tx);
  });
}

/** Writes one row, the same one always, so that concurrent calls run one after the other, and cannot wait for each other. */
async function takeTurns(write: Queries): Promise<void> {
  for (;;) {
    const first = await selectFirst.first(write, {});
    // one that was erased while it was waited for is none
    if (!first || (await touch.run(write, { id: first.id })) > 0) return;
  }
}
