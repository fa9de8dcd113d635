import { sql } from 'kysely';
import type { Queries } from '../sql/queries.ts';

/**
 * Merges the counters of single sessions (migration 14) into the shared rows with entry 0. Skips rows that a session has
 * locked, so that it never waits; any number of processes may run it at once.
 */
export async function foldCounts(write: Queries): Promise<void> {
  await write.transaction((tx) =>
    sql`
      with taken as (
        delete from unit_counts where (kind, key, entry) in (
          select kind, key, entry from unit_counts where entry <> 0 order by kind, key, entry for update skip locked)
        returning kind, key, count)
      insert into unit_counts as kept (kind, key, entry, count)
      select kind, key, 0, sum(count) from taken group by kind, key order by kind, key
      on conflict (kind, key, entry) do update set count = kept.count + excluded.count`.execute(tx),
  );
}
