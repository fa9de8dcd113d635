import type { Builds, WordSource } from '../sql/words/word-source.ts';

type Run = (sql: string, parameters: readonly unknown[]) => Promise<readonly unknown[]> | readonly unknown[];

/** What evaluation reads of the index of words, by statements that `run` executes. Imports nothing, since search threads load it. */
export function createWordSource(run: Run): WordSource {
  const rowsOf = async <Row>(sql: string, ...parameters: unknown[]) => (await run(sql, parameters)) as readonly Row[];
  const json = (values: readonly unknown[]) => JSON.stringify(values);
  return {
    async state() {
      const rows = await rowsOf<{ chunk: number | null; number: number; last: number }>(
        `select chunk, build as number, null as last from search_chunks
         union all select null, count(*), coalesce(max(id), 0) from search_changes order by 1`,
      );
      const { number = 0, last = 0 } = rows.find(({ chunk }) => chunk === null) ?? {};
      return { builds: buildsOf(rows), changes: number, last };
    },

    async changes() {
      const rows = await rowsOf<{ chunk: number | null; number: number; document: number }>(
        `select chunk, build as number, null as document from search_chunks
         union all select null, id, document from search_changes order by 1, 2`,
      );
      return {
        builds: buildsOf(rows),
        changes: rows.flatMap(({ chunk, number, document }) => (chunk === null ? [[number, document] as const] : [])),
      };
    },

    heads: (builds) =>
      rowsOf(
        'select build, documents, directory from search_chunks where build in (select value from json_each(?))',
        json(builds),
      ),

    packs: (wanted) =>
      rowsOf(
        `select wanted.value ->> 0 as build, wanted.value ->> 1 as key, pack.postings
           from json_each(?) wanted cross join search_packs pack
          where pack.build = wanted.value ->> 0
            and pack.key = (select max(key) from search_packs where build = wanted.value ->> 0 and key <= wanted.value ->> 1)
            and exists (select 1 from search_chunks where search_chunks.build = pack.build)`,
        json(wanted),
      ),

    postings: (documents) =>
      rowsOf(
        'select document, postings from search_forward where document in (select value from json_each(?))',
        json(documents),
      ),

    // one statement: it takes a quarter of the time of one for each token. Quoted, so that no input is query syntax.
    async matching(tokens, limit) {
      const rows = await rowsOf<{ token: number; documents: string }>(
        `select key as token, (select json_group_array(document) from (
                  select rowid as document from search_words where search_words match '"' || wanted.value || '"' limit ?)) as documents
           from json_each(?) wanted`,
        limit,
        json(tokens),
      );
      return rows.flatMap(({ token, documents }) =>
        (JSON.parse(documents) as number[]).map((document) => ({ token, document })),
      );
    },
  };
}

const buildsOf = (rows: readonly { chunk: number | null; number: number }[]): Builds =>
  rows.flatMap(({ chunk, number }) => (chunk === null ? [] : [[chunk, number] as const]));
