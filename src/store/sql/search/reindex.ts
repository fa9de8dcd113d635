import { sql } from 'kysely';
import type { Database, DocumentRow } from '../database.ts';
import { findUnits } from '../knowledge/unit-statements.ts';
import { analyserVersion, indexedText } from './analyser.ts';

/** Words that an older version of the analyser made. Those of a newer one are the work of the program that comes after this one. */
const outdated = sql`from search_documents where analyser < ${sql.lit(analyserVersion)}`;

export async function countOutdated({ read }: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count ${outdated}`.execute(read);
  return Number(rows[0]?.count);
}

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
    const indexed = units.flatMap((unit) => (unit ? [{ unitId: unit.id, ...indexedText(unit) }] : []));
    if (indexed.length > 0) await tx.words.replace(tx.write, indexed);
    return indexed.length;
  });
  // it was the last of them: how common words are is another matter now
  if (done < limit) db.terms.forget();
  return done;
}
