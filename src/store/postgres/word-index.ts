import { sql } from 'kysely';
import { type DocumentRow, documentIdsByUnit, forwardJson, type IndexedUnit, type WordIndex } from '../sql/database.ts';
import type { Queries } from '../sql/queries.ts';
import { createWordFinder } from '../sql/words/find-words.ts';
import { createIndexCache, createListCache } from '../sql/words/index-cache.ts';
import { packsJson } from '../sql/words/merge.ts';
import { integerArray } from './integer-array.ts';
import { createWordSource } from './word-source.ts';

/**
 * The index of words on PostgreSQL: a tsvector of the application's tokens under a GIN index, without PostgreSQL's own parser and
 * dictionaries, with postings beside it. Triggers note what changes.
 */
export function createWordIndex(): WordIndex {
  const lists = createListCache();
  return {
    async add(db, units) {
      const { rows } = await sql<DocumentRow>`
        insert into search_documents (unit_id, words, analyser)
        select unit_id, words, analyser from ${documentsOf(units)} made
        returning id, unit_id`.execute(db);
      db.defer(insertForward(db, units, rows));
    },

    async replace(db, units) {
      const { rows } = await sql<DocumentRow>`
        update search_documents document set words = made.words, analyser = made.analyser from ${documentsOf(units)} made
         where document.unit_id = made.unit_id
        returning document.id, document.unit_id`.execute(db);
      db.defer(insertForward(db, units, rows));
    },

    async addPacks(db, build, packs) {
      await sql`
        insert into search_packs (build, key, postings)
        select ${build}::bigint, (value ->> 0)::bigint, decode(value ->> 1, 'hex') from json_array_elements(${packsJson(packs)}::json)`.execute(
        db,
      );
    },

    async removeChanges(db, ids) {
      await sql`
        delete from search_changes where id = any(${integerArray(ids)}::bigint[])`.execute(db);
    },

    async removeForward(db, versions) {
      await sql`
        delete from search_forward using unnest(
          ${integerArray(versions.map(([document]) => document))}::integer[], ${integerArray(versions.map(([, version]) => version))}::bigint[]
        ) merged (document, version)
         where search_forward.document = merged.document and search_forward.version = merged.version
           and search_forward.document not in (select document from search_changes)`.execute(db);
    },

    // quoted, so that no input is query syntax
    matches(tokens) {
      const query = tokens.map((token) => `'${token}'`).join(' | ');
      return sql`(select id as document from search_documents where words @@ ${query}::tsquery)`;
    },

    rowsOf: ({ documents, matches, held }) => sql`(
      select * from unnest(${integerArray(documents)}::integer[], ${integerArray(matches)}::integer[], ${integerArray(held)}::integer[])
        given (document, match, held))`,

    finder: (db) => createWordFinder(createWordSource(db), createIndexCache(lists)),
  };
}

/** A subquery `(unit_id, words, analyser)`. */
function documentsOf(units: readonly IndexedUnit[]) {
  const texts = units.map(({ unitId, summary, body, analyser }) => [unitId, `${summary} ${body}`, analyser]);
  return sql`(
    select value ->> 0 as unit_id, array_to_tsvector(array_remove(string_to_array(value ->> 1, ' '), '')) as words,
           (value ->> 2)::integer as analyser
      from json_array_elements(${JSON.stringify(texts)}::json))`;
}

async function insertForward(db: Queries, units: readonly IndexedUnit[], documents: readonly DocumentRow[]) {
  await sql`
    insert into search_forward (document, version, postings)
    select (value ->> 0)::integer, (value ->> 1)::bigint, decode(value ->> 2, 'hex')
      from json_array_elements(${forwardJson(units, documentIdsByUnit(documents))}::json)
    on conflict (document) do update set version = excluded.version, postings = excluded.postings`.execute(db);
}
