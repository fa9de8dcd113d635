import { sql } from 'kysely';
import type { CleanUpOptions } from '../../store.ts';
import { forgetName } from '../accounts/forget-name.ts';
import type { Database } from '../database.ts';
import { withRenewal } from '../renewal.ts';
import { mergeDocuments } from '../words/merge.ts';
import { type AttemptedUnit, type AttemptedUser, unitErasures, userErasures } from './erasure-lists.ts';

/**
 * Cleaning up after erasures, of units and of people: what no foreign key deletes, and what deleted rows leave behind. Whoever does so moves
 * `attempt_at` first, and again and again, so that nobody else does at the same time; a process that dies has only moved it.
 */

interface Taken {
  readonly units: AttemptedUnit[];
  readonly users: AttemptedUser[];
}

/** How many erasures of each kind are cleaned up at once. */
const batch = 100;
/**
 * After how long a process must have died that has not renewed its attempt, and how often it does. While `VACUUM` runs on SQLite, which may
 * take minutes, nobody can renew an attempt, nor take it.
 */
const [attemptMs, renewalMs] = [60_000, 15_000];
/** How long after an attempt that could not be finished the next one may begin. */
const retryMs = 5000;

/** See `ErasureStore`. */
export async function cleanUp(db: Database, options: CleanUpOptions): Promise<Taken> {
  const taken = await take(db, options.atOnce ?? false);
  if (taken.units.length + taken.users.length === 0) return taken;
  const [units, users] = [idsOf(taken.units), idsOf(taken.users)];
  const later = () => new Date(db.now().getTime() + retryMs);
  const postpone = (attempt: { readonly attemptAt: Date; readonly waitsFor: string }) =>
    db.transaction(async ({ write }) => {
      await unitErasures.postpone.run(write, { ...units, ...attempt });
      await userErasures.postpone.run(write, { ...users, ...attempt });
    });
  const renew = () =>
    db.transaction(async ({ write, now }) => {
      const attemptAt = new Date(now().getTime() + attemptMs);
      await unitErasures.renew.run(write, { ...units, attemptAt });
      await userErasures.renew.run(write, { ...users, attemptAt });
    });
  try {
    const waitsFor = await withRenewal(renew, renewalMs, () => attempt(db, taken, options));
    if (waitsFor !== null) await postpone({ attemptAt: later(), waitsFor });
    else
      await db.transaction(async ({ write }) => {
        const doneAt = db.now();
        await unitErasures.finish.run(write, { ...units, doneAt });
        await userErasures.finish.run(write, { ...users, doneAt });
      });
  } catch (error) {
    // best effort: where the database is away, the attempt ends by itself
    const attemptAt = options.signal?.aborted ? db.now() : later();
    await postpone({ attemptAt, waitsFor: failed }).catch(() => {});
    throw error;
  }
  return { units: await unitErasures.byIds.all(db.write, units), users: await userErasures.byIds.all(db.write, users) };
}

const idsOf = (erasures: readonly { readonly id: string }[]) => ({ ids: erasures.map(({ id }) => id) });

const failed = 'The last attempt was interrupted, or failed: the log of the server that made it says why.';

/** Takes erasures that are to be cleaned up. With `atOnce` also those that wait for their next attempt, which says what for. */
function take(db: Database, atOnce: boolean): Promise<Taken> {
  return db.transaction(async (tx) => {
    const now = tx.now().getTime();
    const waiting = atOnce ? new Date(now + retryMs) : null;
    const attempts = { until: new Date(now + attemptMs), waiting, limit: batch };
    return { units: await unitErasures.take(tx, attempts), users: await userErasures.take(tx, attempts) };
  });
}

async function attempt(db: Database, { units, users }: Taken, options: CleanUpOptions): Promise<string | null> {
  for (const user of users) await forgetName(db, user, options.signal);
  const documents = units.flatMap(({ document }) => (document === null ? [] : [document]));
  if (!(await mergeDocuments(db, documents, options.signal))) return 'Another process merges the index of words.';
  if (!(await removeEmptyCounts(db))) return 'Another session counts the units of a domain.';
  return db.cleaner.clean(documents, options);
}

/** Removes the counts of domains that no unit has; false while another session holds one of them. */
async function removeEmptyCounts(db: Database): Promise<boolean> {
  await db.dialect.foldCounts(db.write);
  return db.transaction(async ({ write, dialect }) => {
    // those of entry 0: others are folded into them, and only that changes these
    await sql`
      delete from unit_counts where (kind, key, entry) in (
        select kind, key, entry from unit_counts where kind = 'domain' and entry = 0 and count = 0
         order by key ${dialect.skipLocked})`.execute(write);
    const { rows } = await sql`
      select key from unit_counts where kind = 'domain' group by key having sum(count) = 0 limit 1`.execute(write);
    return rows.length === 0;
  });
}
