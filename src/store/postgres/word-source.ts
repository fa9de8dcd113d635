import { sql } from 'kysely';
import type { Queries } from '../sql/queries.ts';
import type { Builds, WordSource } from '../sql/words/word-source.ts';
import { integerArray } from './integer-array.ts';

/** What evaluation reads of the index of words, over a pool, a replica's pool or an open transaction. */
export function createWordSource(db: Queries): WordSource {
  return {
    async state() {
      const { rows } = await sql<StateRow & { last: number }>`
        select chunk, build as number, null as last from search_chunks
        union all select null, count(*), coalesce(max(id), 0) from search_changes order by 1`.execute(db);
      const { number = 0, last = 0 } = rows.find(({ chunk }) => chunk === null) ?? {};
      return { builds: buildsOf(rows), changes: Number(number), last: Number(last) };
    },

    async changes() {
      const { rows } = await sql<StateRow & { document: number }>`
        select chunk, build as number, null as document from search_chunks
        union all select null, id, document from search_changes order by 1, 2`.execute(db);
      return {
        builds: buildsOf(rows),
        changes: rows.flatMap(({ chunk, number, document }) =>
          chunk === null ? [[Number(number), document] as const] : [],
        ),
      };
    },

    async heads(builds) {
      const { rows } = await sql<{ build: number; documents: Buffer; directory: Buffer }>`
        select build, documents, directory from search_chunks where build = any(${integerArray(builds)}::bigint[])`.execute(
        db,
      );
      return rows;
    },

    async packs(wanted) {
      const { rows } = await sql<{ build: number; key: number; postings: Buffer }>`
        select wanted.build, wanted.key, pack.postings
          from unnest(${integerArray(wanted.map(([build]) => build))}::bigint[], ${integerArray(wanted.map(([, key]) => key))}::bigint[]) wanted (build, key)
         cross join lateral (
           select postings from search_packs where build = wanted.build and key <= wanted.key order by key desc limit 1) pack
         where exists (select from search_chunks where search_chunks.build = wanted.build)`.execute(db);
      return rows;
    },

    async postings(documents) {
      const { rows } = await sql<{ document: number; postings: Buffer }>`
        select document, postings from search_forward where document = any(${integerArray(documents)}::integer[])`.execute(
        db,
      );
      return rows;
    },

    async matching(tokens, limit) {
      // quoted, so that no input is query syntax
      const { rows } = await sql<{ token: number; document: number }>`
        select wanted.token - 1 as token, found.id as document
          from unnest(${tokens.map((token) => `'${token}'`)}::text[]) with ordinality wanted (text, token)
         cross join lateral (
           select id from search_documents where words @@ wanted.text::tsquery limit ${limit}) found`.execute(db);
      return rows.map(({ token, document }) => ({ token: Number(token), document }));
    },
  };
}

interface StateRow {
  readonly chunk: number | null;
  readonly number: number;
}

const buildsOf = (rows: readonly StateRow[]): Builds =>
  rows.flatMap(({ chunk, number }) => (chunk === null ? [] : [[chunk, Number(number)] as const]));
