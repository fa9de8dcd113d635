import { step } from './step.ts';

/** The sketches of as many consecutive documents as are read into memory at once, in bits of a document's id. */
const blockBits = 9;

/**
 * What searches need to read few units.
 *
 * The units of a domain in the order in which a search ranks them. The index has all that the one before it had, which the release
 * before reads, and is unique, since a unit has a domain once: SQLite then prefers it to the primary key.
 *
 * On SQLite, a version for each block of sketches, which are kept in memory: another one whenever a sketch changes, by whatever
 * process. It is random, so that none comes twice, not after a rollback either.
 */
export const boundedSearches = step('0021-bounded-searches', async ({ db, native }) => {
  await db.schema.dropIndex('idx_domains_ranking').execute();
  await db.schema
    .createIndex('idx_domains_best')
    .unique()
    .on('knowledge_unit_domains')
    .columns(['domain', 'status', 'domain_count', 'confidence', 'unit_id'])
    .execute();
  // below 2^53, so that JavaScript can hold it
  const version = 'abs(random() % 9007199254740991)';
  const changed = (row: string) => `
    insert into search_sketch_blocks (model_id, block, version)
    values (${row}.model_id, ${row}.document >> ${blockBits}, ${version})
    on conflict (model_id, block) do update set version = excluded.version;`;
  await native({
    sqlite: [
      `create table search_sketch_blocks (model_id integer not null, block integer not null, version integer not null,
         primary key (model_id, block)) without rowid`,
      `insert into search_sketch_blocks (model_id, block, version)
       select model_id, block, ${version}
         from (select distinct model_id, document >> ${blockBits} as block from search_vector_bits) blocks`,
      `create trigger search_vector_bits_insert after insert on search_vector_bits begin ${changed('new')} end`,
      `create trigger search_vector_bits_update after update on search_vector_bits
       begin ${changed('old')} ${changed('new')} end`,
      `create trigger search_vector_bits_delete after delete on search_vector_bits begin ${changed('old')} end`,
    ],
    postgres: [],
  });
});
