import { sql } from 'kysely';
import { type Finding, ok, warning } from '../../../findings.ts';
import { indexCount, missingIndexes } from '../../sql/diagnosis/missing-indexes.ts';
import type { Client } from '../../sql/queries.ts';
import { quoted } from '../identifiers.ts';

const check = 'database.indexes';

interface Index {
  readonly name: string;
  readonly table: string;
  readonly usable: boolean;
  readonly building: boolean;
}

/** Indexes that are invalid, as an interrupted build leaves them, or missing. */
export async function diagnoseIndexes(db: Client): Promise<Finding[]> {
  const { rows: indexes } = await sql<Index>`
    select own.relname::text as name, held.relname::text as table, indisvalid and indisready as usable,
           exists (select from pg_stat_progress_create_index where index_relid = own.oid) as building
      from pg_index join pg_class own on own.oid = indexrelid join pg_class held on held.oid = indrelid
     where held.relnamespace = quote_ident(current_schema())::regnamespace`.execute(db);
  const findings = indexes
    .filter(({ usable }) => !usable)
    .map(({ name, table, building }) =>
      building
        ? ok(check, `The index ${name} of ${table} is being built.`)
        : warning(
            check,
            `The index ${name} of ${table} is invalid, as an interrupted build leaves it: it is written, and nothing reads it.`,
            table === 'search_vectors'
              ? `Run in the database, as the owner of the tables: drop index concurrently ${quoted(name)}; then run "cq-server embeddings index"`
              : `Run in the database, as the owner of the tables: reindex index concurrently ${quoted(name)}`,
          ),
    );
  findings.push(...missingIndexes(check, new Set(indexes.map(({ name }) => name))));
  return findings.length > 0 ? findings : [ok(check, `All ${indexCount} indexes are there, and each is valid.`)];
}
