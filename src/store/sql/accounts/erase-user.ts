import { sql } from 'kysely';
import type { NewUserErasure, UserErasureOutcome } from '../../store.ts';
import type { Database } from '../database.ts';
import { type AttemptedUser, insertErasedUser, toUserErasure, userErasures } from '../knowledge/erasure-lists.ts';
import { lockRow } from '../rows-by-id.ts';
import { UserEntity } from '../schema/entities.ts';
import { forgetAnswers } from '../webhooks/forget-answers.ts';
import { keepDigest } from './erased-names.ts';
import { globalUserId } from './global-user-id.ts';
import { exceptLastAdmin } from './users.ts';

/** See `ErasureStore.eraseUser`. */
export function eraseUser(
  db: Database,
  userId: number,
  { placeholder, ...by }: NewUserErasure,
): Promise<UserErasureOutcome | null | 'lastAdmin'> {
  return exceptLastAdmin(db, userId, async (tx) => {
    const { write, dialect } = tx;
    // waits for whoever writes the name, and lets nobody write it from then on
    const user = await lockRow(UserEntity, write, userId, dialect.deletionLock);
    const id = globalUserId(userId);
    if (!user) {
      const earlier = await userErasures.find.first(write, { id });
      return earlier && { erasure: toUserErasure(earlier), isNew: false, since: earlier.erasedAt };
    }
    const { username } = user;
    const erased: AttemptedUser = {
      ...{ id, ...by, placeholder, username, ...(await keepDigest(write, username)) },
      ...{ attemptAt: by.erasedAt, waitsFor: null, doneAt: null },
    };
    await insertErasedUser.run(write, erased);
    await sql`delete from idempotency_keys where username = ${username}`.execute(write);
    // foreign keys delete what belongs to it: keys, sessions, invitations, places, webhooks, what the name looks like
    await sql`delete from users where id = ${userId}`.execute(write);
    await forgetAnswers(tx);
    return { erasure: toUserErasure(erased), isNew: true, since: user.createdAt };
  });
}
