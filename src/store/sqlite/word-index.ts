import { sql } from 'kysely';
import { type DocumentRow, type IndexedUnit, postings, type Queries, type WordIndex } from '../sql/database.ts';

/**
 * FTS5 over tokens of the application. Every token is quoted: FTS5 reads a query language, and nothing a user sends is
 * part of it.
 */
export const wordIndex: WordIndex = {
  async add(db, units) {
    const { rows } = await sql<DocumentRow>`
      insert into search_documents (unit_id, analyser) select value ->> 0, value ->> 1 from json_each(${versions(units)})
      returning id, unit_id`.execute(db);
    await write(db, units, rows);
  },

  async replace(db, units) {
    const { rows } = await sql<DocumentRow>`
      update search_documents set analyser = made.value ->> 1 from json_each(${versions(units)}) made
       where unit_id = made.value ->> 0
      returning id, unit_id`.execute(db);
    const documents = JSON.stringify(rows.map(({ id }) => id));
    await sql`delete from search_words where rowid in (select value from json_each(${documents}))`.execute(db);
    await sql`delete from search_postings where document in (select value from json_each(${documents}))`.execute(db);
    await write(db, units, rows);
  },

  matches(tokens) {
    const query = tokens.map((token) => `"${token}"`).join(' OR ');
    return sql`(select rowid as document from search_words where search_words match ${query})`;
  },
};

const versions = (units: readonly IndexedUnit[]) =>
  JSON.stringify(units.map(({ unitId, analyser }) => [unitId, analyser]));

async function write(db: Queries, units: readonly IndexedUnit[], documents: readonly DocumentRow[]) {
  const numbers = new Map(documents.map(({ id, unit_id }) => [unit_id, id]));
  const texts = units.map(({ unitId, summary, body }) => [numbers.get(unitId), summary, body]);
  await sql`
    insert into search_words (rowid, summary, body)
    select value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(texts)})`.execute(db);
  await sql`
    insert into search_postings (document, term, impact)
    select value ->> 0, value ->> 1, value ->> 2 from json_each(${postings(units, numbers)})`.execute(db);
}
