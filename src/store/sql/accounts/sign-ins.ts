import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { Attempt, AttemptLimit, SignInStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import type { Queries } from '../queries.ts';
import { SignInAttemptEntity, SignInPlaceEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';

/** Ended windows deleted with each attempt: more than an attempt adds, so that rows do not accumulate. */
const cleanupBatch = 20;

interface Window {
  readonly key: string;
  readonly endsAt: Date;
}

interface Place {
  readonly userId: number;
  readonly place: string;
}

const windowEnded = 'own.ends_at <= ?';

const countAttempt = statement(
  SignInAttemptEntity,
  (attempts, { key, endsAt, now, limit }: Window & { readonly now: Date; readonly limit: number }) =>
    attempts
      .insert({ key, attempts: 1, endsAt })
      .onConflict('key')
      .merge({
        attempts: raw(`case when ${windowEnded} then excluded.attempts else own.attempts + 1 end`, [now]),
        endsAt: raw(`case when ${windowEnded} then excluded.ends_at else own.ends_at end`, [now]),
      })
      // raw SQL: the QueryBuilder has no `or` in the where clause of an upsert
      .where(`${windowEnded} or own.attempts < ?`, [now, limit])
      .returning(['endsAt']),
);

const byKey = statement(SignInAttemptEntity, (attempts, { key }: { key: string }) =>
  attempts.select('endsAt').where({ key }),
);

const deleteAttempts = statement(SignInAttemptEntity, (attempts, { key }: { key: string }) =>
  attempts.delete().where({ key }),
);

const decrementAttempts = statement(SignInAttemptEntity, (attempts, { key, endsAt }: Window) =>
  attempts.update({ attempts: raw('attempts - 1') }).where({ key, endsAt, attempts: { $gt: 0 } }),
);

interface KnownPlaces {
  readonly userId: number;
  readonly among: readonly string[];
  readonly since: Date;
}

const findPlace = statement(SignInPlaceEntity, (places, { userId, among, since }: KnownPlaces) =>
  places
    .select('place')
    .where({ userId, place: { $in: among }, lastUsedAt: { $gte: since } })
    .limit(1),
);

const upsertPlace = statement(SignInPlaceEntity, (places, { userId, place, at }: Place & { readonly at: Date }) =>
  places.insert({ userId, place, lastUsedAt: at }).onConflict(['userId', 'place']).merge(['lastUsedAt']),
);

const deleteOtherPlaces = statement(
  SignInPlaceEntity,
  (places, { userId, since, keep }: { userId: number; since: Date; keep: number }, em) => {
    const kept = em
      .createQueryBuilder(SignInPlaceEntity, 'kept')
      .select('place')
      .where({ userId, lastUsedAt: { $gte: since } });
    return places
      .delete()
      .where({ userId, place: { $nin: kept.orderBy({ lastUsedAt: 'desc', place: 'asc' }).limit(keep) } });
  },
);

export function createSignIns(db: Database): SignInStore {
  return {
    async attempt(limits, at) {
      try {
        return await db.transaction(async (tx) => {
          const counted: Attempt[] = [];
          for (const limit of limits) counted.push(await countWithinLimit(tx.write, limit, at));
          await deleteEndedWindows(tx, at);
          return { counted };
        });
      } catch (error) {
        if (error instanceof LimitReached) return { fullUntil: error.until };
        throw error;
      }
    },

    giveBack: (attempts) =>
      db.transaction(async ({ write }) => {
        for (const { key, endsAt, all } of attempts)
          if (all) await deleteAttempts.run(write, { key });
          else await decrementAttempts.run(write, { key, endsAt });
      }),

    knows: async (userId, among, since) => (await findPlace.first(db.read, { userId, among, since })) !== null,

    note: (userId, place, at, { keep, since }) =>
      db.transaction(async ({ write, dialect }) => {
        const user = await sql`select id from users where id = ${userId} ${dialect.referenceLock}`.execute(write);
        // somebody who was erased while their password was checked
        if (user.rows.length === 0) return;
        await upsertPlace.run(write, { userId, place, at });
        await deleteOtherPlaces.run(write, { userId, since, keep });
      }),
  };
}

/** Thrown to roll back what the transaction has counted so far. */
class LimitReached extends Error {
  readonly until: Date;
  constructor(until: Date) {
    super('too many attempts');
    this.until = until;
  }
}

/** Counts an attempt in one atomic upsert, so that the limit holds for concurrent attempts; throws `LimitReached`. */
async function countWithinLimit(tx: Queries, { key, limit, windowMs }: AttemptLimit, now: Date): Promise<Attempt> {
  const endsAt = new Date(now.getTime() + windowMs);
  const counted = await countAttempt.first(tx, { key, endsAt, now, limit: limit ?? 2 ** 31 - 1 });
  if (counted) return { key, endsAt: counted.endsAt };
  throw new LimitReached((await byKey.first(tx, { key }))?.endsAt ?? now);
}

/** Deletes some windows that have ended. Raw SQL: skipping locked rows differs between the databases. */
async function deleteEndedWindows({ write, dialect: { skipLocked } }: Database, at: Date): Promise<void> {
  await sql`
    delete from sign_in_attempts where key in (
      select key from sign_in_attempts where ends_at <= ${toColumn(at)}
       order by ends_at limit ${sql.lit(cleanupBatch)} ${skipLocked})`.execute(write);
}
