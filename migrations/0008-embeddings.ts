import { sql } from 'kysely';
import { type Schema, type StepContext, step } from './step.ts';

/**
 * Models, and the work of making vectors with them. The vectors themselves are derived, and each database's own: SQLite's
 * tables are made here, PostgreSQL's at the start where it has pgvector, which may come later than this step.
 */
export const embeddings = step('0008-embeddings', async ({ db, types, native }) => {
  await native({
    sqlite: [
      `create table embedding_models (id integer not null primary key autoincrement, provider text not null, name text not null,
         dimensions integer not null, document_prefix text not null, state text not null)`,
      `create table search_vectors (id integer primary key, model_id integer not null, document integer not null
         references search_documents (id) on delete cascade, vector blob not null, unique (model_id, document))`,
      // one bit for each number of a vector: narrow, so that looking at all of them is quick
      `create table search_vector_bits (model_id integer not null, document integer not null
         references search_documents (id) on delete cascade, bits blob not null, primary key (model_id, document)) without rowid`,
      // a document that goes takes its vectors along, and these are how they are found
      `create index search_vectors_document on search_vectors (document)`,
      `create index search_vector_bits_document on search_vector_bits (document)`,
    ],
    postgres: [
      `create table embedding_models (id serial not null primary key, provider text collate "C" not null,
         name text collate "C" not null, dimensions integer not null, document_prefix text collate "C" not null,
         state text collate "C" not null)`,
    ],
  });
  await db.schema
    .createIndex('embedding_models_unique')
    .unique()
    .on('embedding_models')
    .columns(['provider', 'name', 'dimensions', 'document_prefix'])
    .execute();
  await createJobs(db, types);
});

async function createJobs(db: Schema, { text, instant }: StepContext['types']) {
  await db.schema
    .createTable('embedding_jobs')
    .addColumn('unit_id', sql.raw(text), (column) => column.notNull())
    .addColumn('model_id', 'integer', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('last_error', sql.raw(text))
    .addColumn('run_at', sql.raw(instant))
    .addPrimaryKeyConstraint('pk_embedding_jobs', ['unit_id', 'model_id'])
    .addForeignKeyConstraint('embedding_jobs_unit_id_foreign', ['unit_id'], 'knowledge_units', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .addForeignKeyConstraint('embedding_jobs_model_id_foreign', ['model_id'], 'embedding_models', ['id'], (key) =>
      key.onDelete('cascade').onUpdate('no action'),
    )
    .execute();
  await db.schema
    .createIndex('idx_embedding_jobs_due')
    .on('embedding_jobs')
    .columns(['model_id', 'run_at', 'unit_id'])
    .execute();
}
