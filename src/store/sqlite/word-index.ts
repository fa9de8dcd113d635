import { CompiledQuery, sql } from 'kysely';
import { type DocumentRow, documentIdsByUnit, forwardJson, type IndexedUnit, type WordIndex } from '../sql/database.ts';
import type { Queries } from '../sql/queries.ts';
import { createWordFinder } from '../sql/words/find-words.ts';
import { createIndexCache, createListCache } from '../sql/words/index-cache.ts';
import { packsJson } from '../sql/words/merge.ts';
import { createWordSource } from './word-source.ts';

/** The index of words on SQLite: FTS5 over the application's tokens, with postings beside it. Triggers note what changes. */
export function createWordIndex(): WordIndex {
  const lists = createListCache();
  return {
    async add(db, units) {
      const { rows } = await sql<DocumentRow>`
        insert into search_documents (unit_id, analyser) select value ->> 0, value ->> 1 from json_each(${versions(units)})
        returning id, unit_id`.execute(db);
      await insertWords(db, units, documentIdsByUnit(rows));
    },

    async replace(db, units) {
      const { rows } = await sql<DocumentRow>`
        update search_documents set analyser = made.value ->> 1 from json_each(${versions(units)}) made
         where unit_id = made.value ->> 0
        returning id, unit_id`.execute(db);
      const documentIds = documentIdsByUnit(rows);
      const documents = sql`(select value from json_each(${JSON.stringify([...documentIds.values()])}))`;
      await sql`delete from search_words where rowid in ${documents}`.execute(db);
      await insertWords(db, units, documentIds);
    },

    async addPacks(db, build, packs) {
      await sql`
        insert into search_packs (build, key, postings)
        select ${build}, value ->> 0, unhex(value ->> 1) from json_each(${packsJson(packs)})`.execute(db);
    },

    async removeChanges(db, ids) {
      await sql`delete from search_changes where id in (select value from json_each(${JSON.stringify(ids)}))`.execute(
        db,
      );
    },

    async removeForward(db, versions) {
      await sql`
        delete from search_forward where (document, version) in (
          select value ->> 0, value ->> 1 from json_each(${JSON.stringify(versions)}))
          and document not in (select document from search_changes)`.execute(db);
    },

    // quoted, so that no input is query syntax
    matches(tokens) {
      const query = tokens.map((token) => `"${token}"`).join(' OR ');
      return sql`(select rowid as document from search_words where search_words match ${query})`;
    },

    // materialised, so that a join by document is by an index that SQLite makes, and not by reading the JSON again
    rowsOf({ documents, matches, held }) {
      const rows = Array.from(documents, (document, place) => `[${document},${matches[place]},${held[place]}]`);
      return sql`(
        with given as materialized (
          select value ->> 0 as document, value ->> 1 as match, value ->> 2 as held from json_each(${`[${rows}]`}))
        select * from given)`;
    },

    finder: (db) =>
      createWordFinder(
        createWordSource(
          async (text, parameters) =>
            (await db.getExecutor().executeQuery(CompiledQuery.raw(text, [...parameters]))).rows,
        ),
        createIndexCache(lists),
      ),
  };
}

/** `[unit id, analyser version]` of each unit, as JSON. */
const versions = (units: readonly IndexedUnit[]) =>
  JSON.stringify(units.map(({ unitId, analyser }) => [unitId, analyser]));

async function insertWords(db: Queries, units: readonly IndexedUnit[], documentIds: ReadonlyMap<string, number>) {
  // each token once, in one of the columns: how often and where it stands is not kept
  const texts = units.map(({ unitId, summary, body }) => [
    documentIds.get(unitId),
    [...new Set(`${summary} ${body}`.split(' '))].join(' '),
  ]);
  await sql`
    insert into search_words (rowid, summary) select value ->> 0, value ->> 1 from json_each(${JSON.stringify(texts)})`.execute(
    db,
  );
  await sql`
    insert into search_forward (document, version, postings)
    select value ->> 0, value ->> 1, unhex(value ->> 2) from json_each(${forwardJson(units, documentIds)}) where true
    on conflict (document) do update set version = excluded.version, postings = excluded.postings`.execute(db);
}
