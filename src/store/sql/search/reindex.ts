import { type QueryExecutorProvider, sql } from 'kysely';
import type { Database, DocumentRow } from '../database.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import { analyserVersion } from './analyser.ts';
import { reindexUnits } from './index-units.ts';

/** Documents of an older analyser. Those of a newer one belong to a newer program: during a rolling update both run. */
const outdated = sql`from search_documents where analyser < ${sql.lit(analyserVersion)}`;

/** Documents that a program wrote which knows no forward postings, the release before this one. */
const unindexed = sql`
  from search_documents where analyser >= ${sql.lit(analyserVersion)} and id in (
    select document from search_changes where document not in (select document from search_forward))`;

/** How many units an older program indexed. */
export async function countOutdated({ read }: { readonly read: QueryExecutorProvider }): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*) ${outdated}) + (select count(*) ${unindexed}) as count`.execute(read);
  return Number(rows[0]?.count);
}

/** Reindexes up to `limit` of them in one transaction, skipping rows that other transactions have locked; answers how many. */
export function reindex(db: Database, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const some = (documents: typeof outdated, limit: number) =>
      sql<DocumentRow>`
        select id, unit_id ${documents} order by analyser, id limit ${sql.lit(limit)} ${tx.dialect.skipLocked}`.execute(
        tx.write,
      );
    const { rows } = await some(outdated, limit);
    if (rows.length < limit) rows.push(...(await some(unindexed, limit - rows.length)).rows);
    const units = await findUnits(
      tx,
      rows.map(({ unit_id }) => unit_id),
    );
    const present = units.filter((unit) => unit !== null && unit !== undefined);
    if (present.length > 0) await reindexUnits(tx, present);
    return present.length;
  });
}
