import { sql } from 'kysely';
import { type DocumentRow, documentIdsByUnit, type IndexedUnit, postings, type WordIndex } from '../sql/database.ts';
import type { Queries } from '../sql/queries.ts';

/**
 * FTS5 over tokens of the application. Every token is quoted: FTS5 reads a query language, and nothing a user sends is
 * part of it.
 */
export const wordIndex: WordIndex = {
  async add(db, units) {
    const { rows } = await sql<DocumentRow>`
      insert into search_documents (unit_id, analyser) select value ->> 0, value ->> 1 from json_each(${versions(units)})
      returning id, unit_id`.execute(db);
    const numbers = documentIdsByUnit(rows);
    await writeWords(db, units, numbers);
    await sql`insert into search_postings (document, term, impact) ${made(postings(units, numbers))}`.execute(db);
  },

  async replace(db, units) {
    const { rows } = await sql<DocumentRow>`
      update search_documents set analyser = made.value ->> 1 from json_each(${versions(units)}) made
       where unit_id = made.value ->> 0
      returning id, unit_id`.execute(db);
    const numbers = documentIdsByUnit(rows);
    const documents = sql`(select value from json_each(${JSON.stringify([...numbers.values()])}))`;
    await sql`delete from search_words where rowid in ${documents}`.execute(db);
    await writeWords(db, units, numbers);
    const rest = made(postings(units, numbers));
    await sql`
      delete from search_postings where document in ${documents} and (document, term, impact) not in (${rest})`.execute(
      db,
    );
    await sql`
      insert into search_postings (document, term, impact) ${rest} where true on conflict do nothing`.execute(db);
  },

  matches(tokens) {
    const query = tokens.map((token) => `"${token}"`).join(' OR ');
    return sql`(select rowid as document from search_words where search_words match ${query})`;
  },
};

const versions = (units: readonly IndexedUnit[]) =>
  JSON.stringify(units.map(({ unitId, analyser }) => [unitId, analyser]));

const made = (postings: string) => sql`select value ->> 0, value ->> 1, value ->> 2 from json_each(${postings})`;

async function writeWords(db: Queries, units: readonly IndexedUnit[], numbers: ReadonlyMap<string, number>) {
  const texts = units.map(({ unitId, summary, body }) => [numbers.get(unitId), summary, body]);
  await sql`insert into search_words (rowid, summary, body) ${made(JSON.stringify(texts))}`.execute(db);
}
