import { sql } from 'kysely';
import { type DocumentRow, documentIdsByUnit, type IndexedUnit, postings, type WordIndex } from '../sql/database.ts';
import type { Queries } from '../sql/queries.ts';

/**
 * The full-text index on SQLite: FTS5 over the application's tokens. Every token of a query is quoted, so that no input is
 * query syntax.
 */
export const wordIndex: WordIndex = {
  async add(db, units) {
    const { rows } = await sql<DocumentRow>`
      insert into search_documents (unit_id, analyser) select value ->> 0, value ->> 1 from json_each(${versions(units)})
      returning id, unit_id`.execute(db);
    const documentIds = documentIdsByUnit(rows);
    await insertTokens(db, units, documentIds);
    await sql`insert into search_postings (document, term, impact) ${tripleRows(postings(units, documentIds))}`.execute(
      db,
    );
  },

  async replace(db, units) {
    const { rows } = await sql<DocumentRow>`
      update search_documents set analyser = made.value ->> 1 from json_each(${versions(units)}) made
       where unit_id = made.value ->> 0
      returning id, unit_id`.execute(db);
    const documentIds = documentIdsByUnit(rows);
    const documents = sql`(select value from json_each(${JSON.stringify([...documentIds.values()])}))`;
    await sql`delete from search_words where rowid in ${documents}`.execute(db);
    await insertTokens(db, units, documentIds);
    const changedPostings = tripleRows(postings(units, documentIds));
    await sql`
      delete from search_postings where document in ${documents} and (document, term, impact) not in (${changedPostings})`.execute(
      db,
    );
    await sql`
      insert into search_postings (document, term, impact) ${changedPostings} where true on conflict do nothing`.execute(
      db,
    );
  },

  matches(tokens) {
    const query = tokens.map((token) => `"${token}"`).join(' OR ');
    return sql`(select rowid as document from search_words where search_words match ${query})`;
  },
};

/** `[unit id, analyser version]` of each unit, as JSON. */
const versions = (units: readonly IndexedUnit[]) =>
  JSON.stringify(units.map(({ unitId, analyser }) => [unitId, analyser]));

/** SQL rows of a JSON array of three values each. */
const tripleRows = (json: string) => sql`select value ->> 0, value ->> 1, value ->> 2 from json_each(${json})`;

async function insertTokens(db: Queries, units: readonly IndexedUnit[], documentIds: ReadonlyMap<string, number>) {
  const texts = units.map(({ unitId, summary, body }) => [documentIds.get(unitId), summary, body]);
  await sql`insert into search_words (rowid, summary, body) ${tripleRows(JSON.stringify(texts))}`.execute(db);
}
