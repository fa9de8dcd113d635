import type { Attempt, AttemptLimit, SignInStore } from '../store.ts';
import type { Database, Queries } from './database.ts';
import { toColumn, toDate } from './rows.ts';

/** Each attempt adds a few windows at most and removes more that have ended, so that they do not heap up. */
const tidiedAtOnce = 20;

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
        for (const { key, endsAt, all } of attempts) {
          if (all) {
            await write.deleteFrom('sign_in_attempts').where('key', '=', key).execute();
            continue;
          }
          await write
            .updateTable('sign_in_attempts')
            .set(({ eb }) => ({ attempts: eb('attempts', '-', 1) }))
            .where('key', '=', key)
            .where('ends_at', '=', toColumn(endsAt))
            .where('attempts', '>', 0)
            .execute();
        }
      }),

    async knows(userId, place, since) {
      const known = db.read
        .selectFrom('sign_in_places')
        .select('place')
        .where('user_id', '=', userId)
        .where('place', '=', place)
        .where('last_used_at', '>=', toColumn(since));
      return (await known.executeTakeFirst()) !== undefined;
    },

    note: (userId, place, at, { keep, since }) =>
      db.transaction(async ({ write }) => {
        await write
          .insertInto('sign_in_places')
          .values({ user_id: userId, place, last_used_at: toColumn(at) })
          .onConflict((conflict) =>
            conflict
              .columns(['user_id', 'place'])
              .doUpdateSet(({ ref }) => ({ last_used_at: ref('excluded.last_used_at') })),
          )
          .execute();
        const kept = write
          .selectFrom('sign_in_places')
          .select('place')
          .where('user_id', '=', userId)
          .where('last_used_at', '>=', toColumn(since))
          .orderBy('last_used_at', 'desc')
          .orderBy('place')
          .limit(keep);
        await write.deleteFrom('sign_in_places').where('user_id', '=', userId).where('place', 'not in', kept).execute();
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
async function count(db: Queries, { key, limit, windowMs }: AttemptLimit, at: Date): Promise<Attempt> {
  const now = toColumn(at);
  const row = await db
    .insertInto('sign_in_attempts')
    .values({ key, attempts: 1, ends_at: toColumn(new Date(at.getTime() + windowMs)) })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet(({ eb, ref }) => {
          const ended = eb('sign_in_attempts.ends_at', '<=', now);
          return {
            attempts: eb
              .case()
              .when(ended)
              .then(ref('excluded.attempts'))
              .else(eb('sign_in_attempts.attempts', '+', 1))
              .end(),
            ends_at: eb.case().when(ended).then(ref('excluded.ends_at')).else(ref('sign_in_attempts.ends_at')).end(),
          };
        })
        .where(({ eb, or }) =>
          or([eb('sign_in_attempts.ends_at', '<=', now), eb('sign_in_attempts.attempts', '<', limit ?? 2 ** 31 - 1)]),
        ),
    )
    .returning('ends_at')
    .executeTakeFirst();
  if (row) return { key, endsAt: toDate(row.ends_at) };
  const full = await db.selectFrom('sign_in_attempts').select('ends_at').where('key', '=', key).executeTakeFirst();
  throw new Full(full ? toDate(full.ends_at) : at);
}

async function tidy({ write, skipTaken }: Database, at: Date): Promise<void> {
  const ended = write
    .selectFrom('sign_in_attempts')
    .select('key')
    .where('ends_at', '<=', toColumn(at))
    .orderBy('ends_at')
    .limit(tidiedAtOnce)
    .modifyEnd(skipTaken);
  await write.deleteFrom('sign_in_attempts').where('key', 'in', ended).execute();
}
