import { readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import type { Cleaner } from '../sql/cleaner.ts';
import type { Queries } from '../sql/queries.ts';
import { translateError } from './driver-errors.ts';
import { backupPrefix } from './pre-adoption-backup.ts';
import { startThread } from './start-thread.ts';
import type { VacuumAnswer, VacuumOrder } from './vacuum-thread.ts';

/** Pages of the full-text index that are merged in one transaction: some milliseconds. */
const mergedPages = 200;

/**
 * Cleans a file (null for one in memory). What is deleted is overwritten at once (`secure_delete`), and full-text search keeps its words
 * all the same, until their segments are merged. `VACUUM` then leaves out of the file what nothing refers to, in a thread with a connection
 * of its own, since it takes as long as writing the whole file; truncating the log removes what that has.
 */
export const createCleaner = (file: string | null, write: Queries, freeOn = freeBeside): Cleaner => ({
  async clean(_documents, { anySize = false, signal }) {
    // before the merge, which writes as much as the index of words has, and would with each attempt
    const obstacle = file && (await inThread({ file, anySize, free: freeOn(file), step: 'look' }));
    if (obstacle) return obstacle;
    await mergeSegments(write, signal);
    if (file !== null) return inThread({ file, anySize, free: freeOn(file), step: 'vacuum' });
    await sql`vacuum`.execute(write);
    return null;
  },

  async copiesSince(since) {
    if (file === null) return [];
    const folder = dirname(file);
    return readdirSync(folder)
      .filter((name) => name.startsWith(backupPrefix(file)))
      .sort()
      .map((name) => join(folder, name))
      .map((place) => ({ place, madeAt: statSync(place, { throwIfNoEntry: false })?.mtime ?? since }))
      .filter(({ madeAt }) => madeAt >= since);
  },
});

/** What the disk of a file has left for this process, in bytes. */
function freeBeside(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize;
}

/** Merges all segments of the full-text index to one, which then has no word of a row that is deleted. */
async function mergeSegments(write: Queries, signal?: AbortSignal): Promise<void> {
  // negative: all segments, however few there are
  for (let pages = -mergedPages; ; pages = mergedPages) {
    signal?.throwIfAborted();
    const changed = await write.transaction(async (tx) => {
      const before = await totalChanges(tx);
      await sql`insert into search_words (search_words, rank) values ('merge', ${pages})`.execute(tx);
      return (await totalChanges(tx)) - before;
    });
    // as documented: the statement itself counts as one, and a merge as several
    if (changed < 2) return;
  }
}

async function totalChanges(db: Queries): Promise<number> {
  const { rows } = await sql<{ count: number }>`select total_changes() as count`.execute(db);
  return Number(rows[0]?.count);
}

function inThread(order: VacuumOrder): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const worker = startThread('vacuum', order);
  worker.on('message', (answer: VacuumAnswer) => {
    if ('waitsFor' in answer) resolve(answer.waitsFor);
    else reject(translateError(Object.assign(new Error(answer.error.message), answer.error)));
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('the thread that cleans the database file has ended')));
  return promise;
}
