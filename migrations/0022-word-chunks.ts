import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type Schema, type StepContext, step } from './step.ts';
import * as analyser1 from './support/analyser-1.ts';
import * as analyser2 from './support/analyser-2.ts';
import { lockTables } from './support/lock-tables.ts';
import { type BuiltChunk, chunkSize, createChunk } from './support/word-chunk-1.ts';

const batchSize = 500;
const idsAtOnce = 10_000;

/**
 * The index of words by term, in chunks, in place of a row for each word of each unit. Units that come or change wait in
 * `search_forward`, and in `search_changes` triggers say which they are, also for what the release before this one writes; it writes no
 * postings there, so that a unit of its waits until it is indexed again.
 *
 * `search_postings` stays for the release before, which ranks the units that were there by it, and finds newer ones, last, by their
 * rare words. A later step drops it. The full-text index of SQLite keeps no places of words any more, which nobody asks for.
 */
export const wordChunks = step('0022-word-chunks', async (context) => {
  const { db, native } = context;
  await native({
    sqlite: [
      `create table search_forward (document integer primary key, version integer not null, postings blob not null)`,
      // their ids are not given out again, since processes remember which they have seen
      `create table search_changes (id integer primary key autoincrement, document integer not null)`,
      `create table search_chunks (chunk integer primary key, build integer not null unique, documents blob not null,
         directory blob not null)`,
      `create table search_packs (build integer not null, key integer not null, postings blob not null,
         primary key (build, key)) without rowid`,
      `create table search_merges (id integer primary key, until text not null)`,
      `insert into search_merges values (1, '1970-01-01T00:00:00.000Z')`,
      `drop trigger search_documents_delete`,
      `drop table search_words`,
      `create virtual table search_words using fts5(summary, body, content='', contentless_delete=1, detail=none,
         tokenize="unicode61 remove_diacritics 0 tokenchars '_' categories 'L* N* M* Co'")`,
    ],
    postgres: [
      `create table search_forward (document integer primary key, version bigint not null, postings bytea not null)`,
      // numbers at random do not compress
      `alter table search_forward alter column postings set storage external`,
      `create table search_changes (id bigserial primary key, document integer not null)`,
      `create table search_chunks (chunk integer primary key, build bigint not null unique, documents bytea not null,
         directory bytea not null)`,
      `create table search_packs (build bigint not null, key bigint not null, postings bytea not null,
         primary key (build, key))`,
      `alter table search_packs alter column postings set storage external`,
      `create table search_merges (id integer primary key, until timestamptz(3) not null)`,
      `insert into search_merges values (1, '1970-01-01T00:00:00.000Z')`,
    ],
  });
  const indexed = await buildChunks(context);
  // only now, since on PostgreSQL nobody writes any units from here on until this is committed
  await native({
    sqlite: [],
    postgres: [
      lockTables(
        'lock table knowledge_units in access exclusive mode',
        'lock table knowledge_unit_flags, search_documents in share row exclusive mode',
        'lock table events, users, api_keys in access exclusive mode',
      ),
      // every look at a word reads all that GIN has pending, 4 MB of it by default; it locks the index against searches too
      `alter index search_documents_words set (gin_pending_list_limit = 64)`,
    ],
  });
  await native({
    sqlite: [
      `create trigger search_documents_changed_insert after insert on search_documents
         begin insert into search_changes (document) values (new.id); end`,
      `create trigger search_documents_changed_update after update of analyser on search_documents
         begin insert into search_changes (document) values (new.id); end`,
      // a document's number is given out again, and must not inherit what the one before it said
      `create trigger search_documents_delete after delete on search_documents begin
         delete from search_words where rowid = old.id;
         delete from search_postings where document = old.id;
         delete from search_forward where document = old.id;
         insert into search_changes (document) values (old.id);
       end`,
    ],
    postgres: ['insert', 'update', 'delete'].flatMap((on) => [
      `create function search_documents_changed_${on}() returns trigger language plpgsql set search_path from current as $$
       begin
         ${on === 'delete' ? 'delete from search_forward where document in (select id from changed);' : ''}
         insert into search_changes (document) select id from changed;
         return null;
       end $$`,
      `create trigger search_documents_changed_${on} after ${on} on search_documents
         referencing ${on === 'delete' ? 'old' : 'new'} table as changed
         for each statement execute function search_documents_changed_${on}()`,
    ]),
  });
  // what others have committed meanwhile waits until it is indexed again
  for (let last = 0; ; ) {
    const { rows } = await sql<{ id: number }>`
      select id from search_documents where id > ${last} order by id limit ${sql.lit(idsAtOnce)}`.execute(db);
    for (const { id } of rows)
      if (!indexed.has(id)) await sql`insert into search_changes (document) values (${id})`.execute(db);
    if (rows.length < idsAtOnce) break;
    last = rows.at(-1)?.id ?? last;
  }
});

/** By the number of the version that the document says: the words of full-text search that stay are of it. */
const analysers = [analyser1, analyser2];

/** Indexes all units anew, each by the analyser that it was indexed by, and answers the numbers of their documents. */
async function buildChunks(context: StepContext): Promise<ReadonlySet<number>> {
  const { db, tell, progress } = context;
  let chunk = createChunk();
  let place = 0;
  let last = 0;
  const all = new Set<number>();
  for (let done = 0; ; ) {
    const { rows } = await sql<Row>`
      select document.id as document, analyser, summary, detail, action, domains, languages, frameworks, pattern
        from search_documents document join knowledge_units unit on unit.id = document.unit_id
       where document.id > ${last} order by document.id limit ${sql.lit(batchSize)}`.execute(db);
    const indexed = rows.map((row) => ({ document: row.document, ...analyserOf(row)(unitOf(row)) }));
    for (const { document, impacts } of indexed) {
      const of = Math.floor(document / chunkSize);
      if (of !== place) {
        if (done > 0) await writeChunk(context, place, chunk.build());
        [chunk, place] = [createChunk(), of];
      }
      chunk.add(document % chunkSize, impacts);
      all.add(document);
      done++;
    }
    await writeWords(context, indexed);
    if (rows.length < batchSize) {
      if (done > 0) {
        await writeChunk(context, place, chunk.build());
        tell(`indexed the words of ${done} units`);
      }
      return all;
    }
    last = rows.at(-1)?.document ?? last;
    await progress(`${done} units indexed`);
  }
}

const analyserOf = (row: Row) => (analysers[row.analyser - 1] ?? analyser2).indexedText;

interface Row extends Readonly<Record<Column, string>> {
  readonly document: number;
  readonly analyser: number;
}
type Column = 'summary' | 'detail' | 'action' | 'domains' | 'languages' | 'frameworks' | 'pattern';

const unitOf = ({ summary, detail, action, domains, languages, frameworks, pattern }: Row) => ({
  insight: { summary, detail, action },
  domains: JSON.parse(domains),
  context: { languages: JSON.parse(languages), frameworks: JSON.parse(frameworks), pattern },
});

/** The words of full-text search; PostgreSQL's are with the documents already. */
async function writeWords(
  { db, pick }: StepContext,
  indexed: readonly ({ readonly document: number } & analyser1.IndexedText)[],
) {
  const texts = indexed.map(({ document, summary, body }) => [document, summary, body]);
  await pick<() => Promise<unknown>>({
    sqlite: () =>
      sql`
        insert into search_words (rowid, summary, body)
        select value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(texts)})`.execute(db),
    postgres: async () => {},
  })();
}

async function writeChunk(
  { db, pick, progress }: StepContext,
  place: number,
  { documents, directory, packs }: BuiltChunk,
) {
  const build = randomBytes(6).readUIntBE(0, 6);
  const write = pick({ sqlite: writeSqlite, postgres: writePostgres });
  for (let from = 0; from < packs.length; from += batchSize) {
    const some = packs.slice(from, from + batchSize).map(({ key, postings }) => [key, postings.toString('hex')]);
    await write(db, build, JSON.stringify(some));
    await progress('writing the index of words');
  }
  await sql`
    insert into search_chunks (chunk, build, documents, directory) values (${place}, ${build}, ${documents}, ${directory})`.execute(
    db,
  );
}

const writeSqlite = (db: Schema, build: number, packs: string) =>
  sql`
    insert into search_packs (build, key, postings)
    select ${build}, value ->> 0, unhex(value ->> 1) from json_each(${packs})`.execute(db);

const writePostgres = (db: Schema, build: number, packs: string) =>
  sql`
    insert into search_packs (build, key, postings)
    select ${build}::bigint, (value ->> 0)::bigint, decode(value ->> 1, 'hex') from json_array_elements(${packs}::json)`.execute(
    db,
  );
