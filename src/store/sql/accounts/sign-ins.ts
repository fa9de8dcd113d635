import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { Attempt, AttemptLimit, SignInStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import type { Queries } from '../queries.ts';
import { SignInAttemptEntity, SignInPlaceEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';

/** Each attempt adds a few windows at most and removes more that have ended, so that they do not heap up. */
const tidiedAtOnce = 20;

interface Window {
  readonly key: string;
  readonly endsAt: Date;
}

interface Place {
  readonly userId: number;
  readonly place: string;
}

const ended = 'own.ends_at <= ?';

const countAttempt = statement(
  SignInAttemptEntity,
  (attempts, { key, endsAt, now, limit }: Window & { readonly now: Date; readonly limit: number }) =>
    attempts
      .insert({ key, attempts: 1, endsAt })
      .onConflict('key')
      .merge({
        attempts: raw(`case when ${ended} then excluded.attempts else own.attempts + 1 end`, [now]),
        endsAt: raw(`case when ${ended} then excluded.ends_at else own.ends_at end`, [now]),
      })
      // in SQL: behind a conflict the QueryBuilder knows no alternatives
      .where(`${ended} or own.attempts < ?`, [now, limit])
      .returning(['endsAt']),
);

const byKey = statement(SignInAttemptEntity, (attempts, { key }: { key: string }) =>
  attempts.select('endsAt').where({ key }),
);

const deleteAttempts = statement(SignInAttemptEntity, (attempts, { key }: { key: string }) =>
  attempts.delete().where({ key }),
);

const takeBack = statement(SignInAttemptEntity, (attempts, { key, endsAt }: Window) =>
  attempts.update({ attempts: raw('attempts - 1') }).where({ key, endsAt, attempts: { $gt: 0 } }),
);

const placeKnown = statement(SignInPlaceEntity, (places, { userId, place, since }: Place & { readonly since: Date }) =>
  places.select('place').where({ userId, place, lastUsedAt: { $gte: since } }),
);

const notePlace = statement(SignInPlaceEntity, (places, { userId, place, at }: Place & { readonly at: Date }) =>
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
          for (const limit of limits) counted.push(await count(tx.write, limit, at));
          await tidy(tx, at);
          return { counted };
        });
      } catch (error) {
        if (error instanceof Full) return { fullUntil: error.until };
        throw error;
      }
    },

    giveBack: (attempts) =>
      db.transaction(async ({ write }) => {
        for (const { key, endsAt, all } of attempts)
          if (all) await deleteAttempts.run(write, { key });
          else await takeBack.run(write, { key, endsAt });
      }),

    knows: async (userId, place, since) => (await placeKnown.first(db.read, { userId, place, since })) !== null,

    note: (userId, place, at, { keep, since }) =>
      db.transaction(async ({ write }) => {
        await notePlace.run(write, { userId, place, at });
        await deleteOtherPlaces.run(write, { userId, since, keep });
      }),
  };
}

/** Undoes what the transaction has counted so far. */
class Full extends Error {
  readonly until: Date;
  constructor(until: Date) {
    super('there were too many attempts');
    this.until = until;
  }
}

/** One statement, so that of any number at once each counts what the one before it counted; throws `Full`. */
async function count(tx: Queries, { key, limit, windowMs }: AttemptLimit, now: Date): Promise<Attempt> {
  const endsAt = new Date(now.getTime() + windowMs);
  const counted = await countAttempt.first(tx, { key, endsAt, now, limit: limit ?? 2 ** 31 - 1 });
  if (counted) return { key, endsAt: counted.endsAt };
  throw new Full((await byKey.first(tx, { key }))?.endsAt ?? now);
}

/** In SQL, since each database leaves out in its own way what others are at. */
async function tidy({ write, dialect: { skipLocked } }: Database, at: Date): Promise<void> {
  await sql`
    delete from sign_in_attempts where key in (
      select key from sign_in_attempts where ends_at <= ${toColumn(at)}
       order by ends_at limit ${sql.lit(tidiedAtOnce)} ${skipLocked})`.execute(write);
}
