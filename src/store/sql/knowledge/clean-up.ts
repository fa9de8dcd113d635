import type { InferEntity } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { CleanUpOptions } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import type { Row } from '../row-mapping.ts';
import { ErasedUnitEntity } from '../schema/entities.ts';
import { type RecordOf, recordsOf, statement } from '../statement.ts';
import { mergeDocuments } from '../words/merge.ts';

/**
 * Cleaning up after erasures: what no foreign key deletes, and what deleted rows leave behind. Whoever does so moves `attempt_at` first, so
 * that nobody else does at the same time; a process that dies has only moved it.
 */

export type Attempted = RecordOf<InferEntity<typeof ErasedUnitEntity>>;

/** How many erasures are cleaned up at once. */
const batch = 100;
/** How long an attempt may take: `VACUUM` of a large database takes minutes. */
const attemptMs = 600_000;
/** How long after an attempt that could not be finished the next one may begin. */
const retryMs = 5000;

const finish = statement(ErasedUnitEntity, (erased, { ids, doneAt }: { ids: readonly string[]; doneAt: Date }) =>
  erased.update({ doneAt, attemptAt: null, waitsFor: null, document: null }).where({ id: { $in: ids }, doneAt: null }),
);

const postpone = statement(
  ErasedUnitEntity,
  (erased, { ids, attemptAt, waitsFor }: { ids: readonly string[]; attemptAt: Date; waitsFor: string }) =>
    erased.update({ attemptAt, waitsFor }).where({ id: { $in: ids }, doneAt: null }),
);

const byIds = statement(ErasedUnitEntity, (erased, { ids }: { ids: readonly string[] }) =>
  erased
    .select('*')
    .where({ id: { $in: ids } })
    .orderBy({ erasedAt: 'asc', id: 'asc' }),
);

/** See `ErasureStore`. */
export async function cleanUp(db: Database, options: CleanUpOptions): Promise<Attempted[]> {
  const taken = await take(db, options.atOnce ?? false);
  if (taken.length === 0) return [];
  const ids = taken.map(({ id }) => id);
  const later = () => new Date(db.now().getTime() + retryMs);
  try {
    const waitsFor = await attempt(db, taken, options);
    await db.transaction(({ write }) =>
      waitsFor === null
        ? finish.run(write, { ids, doneAt: db.now() })
        : postpone.run(write, { ids, attemptAt: later(), waitsFor }),
    );
  } catch (error) {
    // best effort: where the database is away, the attempt ends by itself
    const attemptAt = options.signal?.aborted ? db.now() : later();
    await db.transaction(({ write }) => postpone.run(write, { ids, attemptAt, waitsFor: failed })).catch(() => {});
    throw error;
  }
  return byIds.all(db.write, { ids });
}

const failed = 'The last attempt was interrupted, or failed: the log of the server that made it says why.';

/** Takes erasures that are to be cleaned up. With `atOnce` also those that wait for their next attempt, which says what for. */
function take(db: Database, atOnce: boolean): Promise<Attempted[]> {
  return db.transaction(async ({ write, now, dialect }) => {
    const until = new Date(now().getTime() + attemptMs);
    const due = atOnce
      ? sql`(attempt_at <= ${toColumn(now())} or attempt_at <= ${toColumn(new Date(now().getTime() + retryMs))} and waits_for is not null)`
      : sql`attempt_at <= ${toColumn(now())}`;
    const { rows } = await sql<Row>`
      update erased_units set attempt_at = ${toColumn(until)}
       where id in (select id from erased_units where ${due} order by attempt_at limit ${sql.lit(batch)} ${dialect.skipLocked})
      returning *`.execute(write);
    return recordsOf(ErasedUnitEntity, write, rows);
  });
}

async function attempt(db: Database, taken: readonly Attempted[], options: CleanUpOptions): Promise<string | null> {
  const documents = taken.flatMap(({ document }) => (document === null ? [] : [document]));
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
