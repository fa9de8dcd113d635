import { raw } from '@mikro-orm/core';
import { type RawBuilder, sql } from 'kysely';
import type { Session, SessionStore } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { keysetPages, mapPage, readPage } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import type { Row } from '../row-mapping.ts';
import { SessionEntity, UserEntity } from '../schema/entities.ts';
import { columnsOf, insertValuesOf, recordsOf, statement } from '../statement.ts';
import { writeLastUses } from './last-uses.ts';

/** The lock of the process that deletes expired sessions: `cq_s` in ASCII. */
const pruneLock = 0x63715f73;

interface OfUser {
  readonly userId: number;
}

interface OpenOfUser extends OfUser {
  readonly credentialsVersion: number;
  readonly now: Date;
}

/** The condition of a session that is in force at an instant. */
const open = ({ userId, credentialsVersion, now }: OpenOfUser) => ({
  userId,
  credentialsVersion,
  expiresAt: { $gt: now },
});

/** One statement, as it runs for each request. */
const userWithSession = statement(
  UserEntity,
  (users, { username, session }: { username: string; session: string }, em) => {
    const owner = em.createQueryBuilder(SessionEntity, 'theirs').select('userId').where({ id: session });
    const isInactive = [{ suspendedAt: { $ne: null } }, { closedAt: { $ne: null } }];
    return users.select('*').where({ username, $or: [{ id: { $in: owner } }, ...isInactive] });
  },
);

const byIds = statement(SessionEntity, (sessions, { ids }: { ids: readonly string[] }) =>
  sessions.select('*').where({ id: { $in: ids } }),
);

const pages = keysetPages(SessionEntity, { by: 'createdAt', direction: 'desc' }, (sessions, given: OpenOfUser) =>
  sessions.where(open(given)),
);

const countOpen = statement(SessionEntity, (sessions, given: OpenOfUser) =>
  sessions.count().where(open(given)),
).withRowsOf<{ count: number }>();

/** Of the version that the caller knows only; it also notes the use. Locks the row, so that what changes a user's sessions runs one after the other. */
const noteSignIn = statement(
  UserEntity,
  (users, { id, credentialsVersion, at }: { id: number; credentialsVersion: number; at: Date }) =>
    users
      .update({ lastUsedAt: raw('case when last_used_at > ? then last_used_at else ? end', [at, at]) })
      .where({ id, credentialsVersion }),
);

const lockUser = statement(UserEntity, (users, { id }: { id: number }) => users.update({ id }).where({ id }));

const insertSession = statement(SessionEntity, (sessions, session: Session, em) =>
  sessions.insert(insertValuesOf(SessionEntity, session, em)),
);

const deleteOthers = statement(SessionEntity, (sessions, given: OpenOfUser & { readonly keep: number }, em) => {
  const kept = em.createQueryBuilder(SessionEntity, 'kept').select('id').where(open(given));
  return sessions.delete().where({
    userId: given.userId,
    id: { $nin: kept.orderBy({ lastUsedAt: 'desc', id: 'desc' }).limit(given.keep) },
  });
});

/** Deletes sessions of a user and answers them. Raw SQL: the QueryBuilder's delete returns no rows. */
async function deleteWhere(write: Queries, userId: number, narrow: RawBuilder<unknown> = sql``): Promise<Session[]> {
  const { rows } =
    await sql<Row>`delete from sessions where user_id = ${userId} ${narrow} returning ${columnsOf(SessionEntity, write)}`.execute(
      write,
    );
  if (rows.length > 0) write.changedCredentials = true;
  return recordsOf(SessionEntity, write, rows);
}

/** Ends all sessions of a user, whose row the transaction has locked. */
export const deleteSessions = (write: Queries, userId: number): Promise<Session[]> => deleteWhere(write, userId);

export function createSessions(db: Database): SessionStore {
  const { withLastUse } = db.sessionUses;
  return {
    async findUser(username, session) {
      const user = await userWithSession.first(db.read, { username, session });
      return user && db.userUses.withLastUse(user);
    },

    async findMany(ids) {
      if (ids.length === 0) return [];
      const found = alignToKeys(ids, await byIds.all(db.read, { ids }), ({ id }) => id);
      return found.map((session) => session && withLastUse(session));
    },

    list: async ({ id: userId, credentialsVersion }, now, page) =>
      mapPage(await readPage(db.read, pages, { userId, credentialsVersion, now }, page), withLastUse),

    count: async ({ id: userId, credentialsVersion }, now) =>
      (await countOpen.first(db.read, { userId, credentialsVersion, now }))?.count ?? 0,

    insert: (session, limit) =>
      db.transaction(async ({ write }) => {
        const { userId, credentialsVersion, createdAt: at } = session;
        if ((await noteSignIn.run(write, { id: userId, credentialsVersion, at })) === 0) return false;
        if ((await deleteOthers.run(write, { userId, credentialsVersion, now: at, keep: limit - 1 })) > 0)
          write.changedCredentials = true;
        await insertSession.run(write, session);
        return true;
      }),

    end: (id, userId) =>
      db.transaction(async ({ write }) => {
        const [ended] = await deleteWhere(write, userId, sql`and id = ${id}`);
        return ended ? withLastUse(ended) : null;
      }),

    endAll: ({ id: userId, credentialsVersion }, now, except) =>
      db.transaction(async ({ write }) => {
        await lockUser.run(write, { id: userId });
        const ended = await deleteWhere(write, userId, except === undefined ? sql`` : sql`and id <> ${except}`);
        return ended.filter((session) => session.credentialsVersion === credentialsVersion && session.expiresAt > now)
          .length;
      }),

    prune: (before, limit) =>
      db.transaction(async ({ write, dialect }) => {
        if (!(await dialect.tryLock(write, pruneLock))) return 0;
        // raw SQL: the QueryBuilder has no limit in a delete; materialized, since a plan that runs the query again deletes more than that
        const { numAffectedRows } = await sql`
          with expired as materialized (
            select id from sessions where expires_at <= ${toColumn(before)}
             order by expires_at limit ${sql.lit(limit)} ${dialect.skipLocked})
          delete from sessions where id in (select id from expired)`.execute(write);
        return Number(numAffectedRows ?? 0);
      }),

    touch: (id, at) => db.sessionUses.record(id, at),

    saveUses: () => db.sessionUses.flush((uses) => writeLastUses(db, 'sessions', uses)),
  };
}
