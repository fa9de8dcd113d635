import { sql } from 'kysely';
import { postings, type WordIndex } from '../sql/database.ts';

/**
 * A tsvector of the application's tokens under a GIN index. Neither the parser nor the dictionaries of PostgreSQL see
 * them, and every token of a query is quoted: nothing a user sends is part of the query language.
 */
export const wordIndex: WordIndex = {
  async add(db, units) {
    const texts = units.map(({ unitId, summary, body }) => [unitId, `${summary} ${body}`]);
    const { rows } = await sql<{ id: number; unit_id: string }>`
      insert into search_documents (unit_id, words)
      select value ->> 0, array_to_tsvector(array_remove(string_to_array(value ->> 1, ' '), ''))
        from json_array_elements(${JSON.stringify(texts)}::json)
      returning id, unit_id`.execute(db);
    const numbers = new Map(rows.map(({ id, unit_id }) => [unit_id, id]));
    await sql`
      insert into search_postings (document, term, impact)
      select (value ->> 0)::integer, (value ->> 1)::bigint, (value ->> 2)::smallint
        from json_array_elements(${postings(units, numbers)}::json)`.execute(db);
  },

  matches(tokens) {
    const query = tokens.map((token) => `'${token}'`).join(' | ');
    return sql`(select id as document from search_documents where words @@ ${query}::tsquery)`;
  },
};
