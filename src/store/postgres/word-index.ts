import { sql } from 'kysely';
import type { WordIndex } from '../sql/database.ts';

/**
 * A tsvector of the application's tokens under a GIN index. Neither the parser nor the dictionaries of PostgreSQL see
 * them, and every token of a query is quoted: nothing a user sends is part of the query language.
 */
export const wordIndex: WordIndex = {
  async add(db, unitId, { summary, body, impacts }) {
    const { rows } = await sql<{ id: number }>`
      insert into search_documents (unit_id, words)
      values (${unitId}, array_to_tsvector(array_remove(string_to_array(${`${summary} ${body}`}, ' '), '')))
      returning id`.execute(db);
    await sql`
      insert into search_postings (term, document, impact)
      select (value ->> 0)::bigint, ${rows[0]?.id}::integer, (value ->> 1)::smallint
        from json_array_elements(${JSON.stringify(impacts)}::json)`.execute(db);
  },

  matches(tokens) {
    const query = tokens.map((token) => `'${token}'`).join(' | ');
    return sql`(select id as document from search_documents where words @@ ${query}::tsquery)`;
  },
};
