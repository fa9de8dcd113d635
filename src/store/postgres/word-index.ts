import { sql } from 'kysely';
import { type DocumentRow, documentIdsByUnit, type IndexedUnit, postings, type WordIndex } from '../sql/database.ts';

/**
 * The full-text index on PostgreSQL: a tsvector of the application's tokens under a GIN index, without PostgreSQL's own parser
 * and dictionaries. Every token of a query is quoted, so that no input is query syntax.
 */
export const wordIndex: WordIndex = {
  async add(db, units) {
    const { rows } = await sql<DocumentRow>`
      insert into search_documents (unit_id, words, analyser)
      select unit_id, words, analyser from ${documentsOf(units)} made
      returning id, unit_id`.execute(db);
    await sql`insert into search_postings (document, term, impact) ${postingRows(units, rows)}`.execute(db);
  },

  async replace(db, units) {
    const { rows } = await sql<DocumentRow>`
      update search_documents document set words = made.words, analyser = made.analyser from ${documentsOf(units)} made
       where document.unit_id = made.unit_id
      returning document.id, document.unit_id`.execute(db);
    const changedPostings = postingRows(units, rows);
    await sql`
      delete from search_postings
       where document = any(${rows.map(({ id }) => id)}) and (document, term, impact) not in (${changedPostings})`.execute(
      db,
    );
    await sql`insert into search_postings (document, term, impact) ${changedPostings} on conflict do nothing`.execute(
      db,
    );
  },

  matches(tokens) {
    const query = tokens.map((token) => `'${token}'`).join(' | ');
    return sql`(select id as document from search_documents where words @@ ${query}::tsquery)`;
  },
};

/** A subquery `(unit_id, words, analyser)`. */
function documentsOf(units: readonly IndexedUnit[]) {
  const texts = units.map(({ unitId, summary, body, analyser }) => [unitId, `${summary} ${body}`, analyser]);
  return sql`(
    select value ->> 0 as unit_id, array_to_tsvector(array_remove(string_to_array(value ->> 1, ' '), '')) as words,
           (value ->> 2)::integer as analyser
      from json_array_elements(${JSON.stringify(texts)}::json))`;
}

/** SQL rows `(document, term, impact)`: the postings of the units. */
function postingRows(units: readonly IndexedUnit[], documents: readonly DocumentRow[]) {
  return sql`
    select (value ->> 0)::integer, (value ->> 1)::bigint, (value ->> 2)::smallint
      from json_array_elements(${postings(units, documentIdsByUnit(documents))}::json)`;
}
