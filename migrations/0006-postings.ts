import { sql } from 'kysely';
import { type Schema, type StepContext, step } from './step.ts';
import { indexedText } from './support/analyser-1.ts';

const batchSize = 500;

/**
 * Impacts: how much a word says about a unit, as a whole number, so that both databases add up the same scores. They
 * are read by unit, whose words are beside each other and are written at the end, and by word from the highest impact
 * down. The words of all units are analysed and written here, also of those that were carried over.
 */
export const postings = step('0006-postings', async (context) => {
  const { db, native } = context;
  await db.deleteFrom('search_documents').execute();
  await native({
    sqlite: [
      `create table search_postings (term integer not null, document integer not null, impact integer not null,
         primary key (document, term)) without rowid`,
      `drop trigger search_documents_delete`,
      // a document's number is given out again, and must not inherit what the one before it said
      `create trigger search_documents_delete after delete on search_documents begin
         delete from search_words where rowid = old.id;
         delete from search_postings where document = old.id;
       end`,
    ],
    postgres: [
      `create table search_postings (term bigint not null, document integer not null, impact smallint not null)`,
      `drop index search_documents_words`,
      // without fresh statistics and a visibility map, reading the index alone turns into reading the table
      `alter table search_postings set (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`,
    ],
  });
  await indexUnits(context);
  // of everything at once: row by row it takes much longer
  await native({
    sqlite: ['create index search_postings_best on search_postings (term, impact)'],
    postgres: [
      'alter table search_postings add primary key (document, term) include (impact)',
      'create index search_postings_best on search_postings (term, impact, document)',
      'create index search_documents_words on search_documents using gin (words)',
    ],
  });
});

async function indexUnits({ db, pick, tell, progress }: StepContext) {
  const write = pick({ sqlite: writeSqlite, postgres: writePostgres });
  let last = '';
  for (let done = 0; ; ) {
    const rows = await db
      .selectFrom('knowledge_units')
      .select(['id', 'summary', 'detail', 'action', 'domains', 'languages', 'frameworks', 'pattern'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(batchSize)
      .execute();
    if (rows.length === 0) {
      if (done > 0) tell(`indexed the words of ${done} units`);
      return;
    }
    await write(
      db,
      rows.map((row) => ({ unitId: row.id, ...indexedText(unitOf(row)) })),
    );
    last = rows.at(-1)?.id;
    done += rows.length;
    await progress(`${done} units indexed`);
  }
}

function unitOf(row: Record<string, string>) {
  const { summary = '', detail = '', action = '', domains = '', languages = '', frameworks = '', pattern = '' } = row;
  return {
    insight: { summary, detail, action },
    domains: JSON.parse(domains),
    context: { languages: JSON.parse(languages), frameworks: JSON.parse(frameworks), pattern },
  };
}

type Indexed = { unitId: string } & ReturnType<typeof indexedText>;

async function writeSqlite(db: Schema, units: readonly Indexed[]) {
  const { rows } = await sql<{ id: number; unit_id: string }>`
    insert into search_documents (unit_id) select value from json_each(${JSON.stringify(units.map(({ unitId }) => unitId))})
    returning id, unit_id`.execute(db);
  const numbers = new Map(rows.map(({ id, unit_id }) => [unit_id, id]));
  const texts = units.map(({ unitId, summary, body }) => [numbers.get(unitId), summary, body]);
  await sql`
    insert into search_words (rowid, summary, body)
    select value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(texts)})`.execute(db);
  const impacts = units.flatMap(({ unitId, impacts }) => impacts.map(([term, by]) => [term, numbers.get(unitId), by]));
  await sql`
    insert into search_postings (term, document, impact)
    select value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(impacts)})`.execute(db);
}

async function writePostgres(db: Schema, units: readonly Indexed[]) {
  const texts = units.map(({ unitId, summary, body }) => [unitId, `${summary} ${body}`]);
  const { rows } = await sql<{ id: number; unit_id: string }>`
    insert into search_documents (unit_id, words)
    select value ->> 0, array_to_tsvector(array_remove(string_to_array(value ->> 1, ' '), ''))
      from json_array_elements(${JSON.stringify(texts)}::json)
    returning id, unit_id`.execute(db);
  const numbers = new Map(rows.map(({ id, unit_id }) => [unit_id, id]));
  const impacts = units.flatMap(({ unitId, impacts }) => impacts.map(([term, by]) => [term, numbers.get(unitId), by]));
  await sql`
    insert into search_postings (term, document, impact)
    select (value ->> 0)::bigint, (value ->> 1)::integer, (value ->> 2)::smallint
      from json_array_elements(${JSON.stringify(impacts)}::json)`.execute(db);
}
