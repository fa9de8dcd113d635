import { sql } from 'kysely';
import type { Database, DocumentRow } from '../database.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import { analyserVersion } from './analyser.ts';
import { reindexUnits } from './index-units.ts';

/** Documents of an older analyser. Those of a newer one belong to a newer program: during a rolling update both run. */
const outdated = sql`from search_documents where analyser < ${sql.lit(analyserVersion)}`;

/** How many units an older analyser indexed. */
export async function countOutdated({ read }: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count ${outdated}`.execute(read);
  return Number(rows[0]?.count);
}

/** Reindexes up to `limit` of them in one transaction, skipping rows that other transactions have locked; answers how many. */
export async function reindex(db: Database, limit: number): Promise<number> {
  const done = await db.transaction(async (tx) => {
    const { rows } = await sql<DocumentRow>`
      select id, unit_id ${outdated} order by analyser, id limit ${sql.lit(limit)} ${tx.dialect.skipLocked}`.execute(
      tx.write,
    );
    const units = await findUnits(
      tx,
      rows.map(({ unit_id }) => unit_id),
    );
    const present = units.filter((unit) => unit !== null && unit !== undefined);
    if (present.length > 0) await reindexUnits(tx, present);
    return present.length;
  });
  // these were the last: document frequencies have changed
  if (done < limit) db.termStatistics.forget();
  return done;
}
