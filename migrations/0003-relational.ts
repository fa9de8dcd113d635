import { type ForeignKeyConstraintBuilder, sql } from 'kysely';
import { type ColumnTypes, type Schema, step } from './step.ts';

/** Our tables: typed columns, indexes for every filter and order, and an audit trail. */
export const relational = step('0003-relational', async ({ db, types, native }) => {
  await createUnits(db, types);
  await createUnitDetails(db, types);
  // the databases differ in how a column numbers itself
  await native({
    sqlite: [
      `create table events (id integer not null primary key autoincrement, type text not null, unit_id text not null,
         actor text not null, at text not null, constraint events_unit_id_foreign foreign key (unit_id)
         references knowledge_units (id) on delete cascade on update no action)`,
      `create table users (id integer not null primary key autoincrement, username text not null,
         password_hash text not null, role text not null, created_at text not null, password_changed_at text)`,
    ],
    postgres: [
      `create table events (id serial not null primary key, type text collate "C" not null,
         unit_id text collate "C" not null, actor text collate "C" not null, at timestamptz(3) not null, constraint events_unit_id_foreign foreign key (unit_id)
         references knowledge_units (id) on delete cascade on update no action)`,
      `create table users (id serial not null primary key, username text collate "C" not null,
         password_hash text collate "C" not null, role text collate "C" not null, created_at timestamptz(3) not null,
         password_changed_at timestamptz(3))`,
    ],
  });
  await index(db, 'idx_events_actor', 'events', ['actor', 'type', 'unit_id']);
  await index(db, 'idx_events_unit', 'events', ['unit_id']);
  await db.schema.createIndex('users_username_unique').unique().on('users').columns(['username']).execute();
  await createApiKeys(db, types);
});

function index(db: Schema, name: string, table: string, columns: string[]) {
  return db.schema.createIndex(name).on(table).columns(columns).execute();
}

const cascade = (key: ForeignKeyConstraintBuilder) => key.onDelete('cascade').onUpdate('no action');

async function createUnits(db: Schema, { text, instant, double }: ColumnTypes) {
  const table = 'knowledge_units';
  await db.schema
    .createTable(table)
    .addColumn('id', sql.raw(text), (column) => column.notNull().primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('status', sql.raw(text), (column) => column.notNull())
    .addColumn('tier', sql.raw(text), (column) => column.notNull())
    .addColumn('domains', sql.raw(text), (column) => column.notNull())
    .addColumn('summary', sql.raw(text), (column) => column.notNull())
    .addColumn('detail', sql.raw(text), (column) => column.notNull())
    .addColumn('action', sql.raw(text), (column) => column.notNull())
    .addColumn('languages', sql.raw(text), (column) => column.notNull())
    .addColumn('frameworks', sql.raw(text), (column) => column.notNull())
    .addColumn('pattern', sql.raw(text), (column) => column.notNull())
    .addColumn('confidence', sql.raw(double), (column) => column.notNull())
    .addColumn('confirmations', 'integer', (column) => column.notNull())
    .addColumn('first_observed', sql.raw(instant))
    .addColumn('last_confirmed', sql.raw(instant))
    .addColumn('created_by', sql.raw(text), (column) => column.notNull())
    .addColumn('superseded_by', sql.raw(text))
    .addColumn('extensions', sql.raw(text))
    .addColumn('reviewed_by', sql.raw(text))
    .addColumn('reviewed_at', sql.raw(instant))
    .addColumn('review_note', sql.raw(text))
    .addColumn('created_at', sql.raw(instant), (column) => column.notNull())
    .addColumn('updated_at', sql.raw(instant), (column) => column.notNull())
    .execute();
  await index(db, 'idx_units_status_created', table, ['status', 'created_at', 'id']);
  await index(db, 'idx_units_status_updated', table, ['status', 'updated_at', 'id']);
  await index(db, 'idx_units_status_confidence', table, ['status', 'confidence', 'id']);
  await index(db, 'idx_units_status_confirmations', table, ['status', 'confirmations', 'id']);
  await index(db, 'idx_units_status_tier', table, ['status', 'tier']);
  await index(db, 'idx_units_words', table, ['id', 'status', 'confidence']);
  await index(db, 'idx_units_created', table, ['created_at']);
  await index(db, 'idx_units_reviewed', table, ['reviewed_at', 'status']);
}

async function createUnitDetails(db: Schema, { text, instant, double }: ColumnTypes) {
  await db.schema
    .createTable('knowledge_unit_domains')
    .addColumn('unit_id', sql.raw(text), (column) => column.notNull())
    .addColumn('domain', sql.raw(text), (column) => column.notNull())
    .addColumn('status', sql.raw(text), (column) => column.notNull())
    .addColumn('confidence', sql.raw(double), (column) => column.notNull())
    .addColumn('domain_count', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('pk_unit_domains', ['unit_id', 'domain'])
    .addForeignKeyConstraint('knowledge_unit_domains_unit_id_foreign', ['unit_id'], 'knowledge_units', ['id'], cascade)
    .execute();
  await index(db, 'idx_domains_ranking', 'knowledge_unit_domains', [
    'domain',
    'status',
    'unit_id',
    'confidence',
    'domain_count',
  ]);

  await db.schema
    .createTable('knowledge_unit_context')
    .addColumn('unit_id', sql.raw(text), (column) => column.notNull())
    .addColumn('kind', sql.raw(text), (column) => column.notNull())
    .addColumn('value', sql.raw(text), (column) => column.notNull())
    .addPrimaryKeyConstraint('pk_unit_context', ['unit_id', 'kind', 'value'])
    .addForeignKeyConstraint('knowledge_unit_context_unit_id_foreign', ['unit_id'], 'knowledge_units', ['id'], cascade)
    .execute();
  await index(db, 'idx_context_value', 'knowledge_unit_context', ['kind', 'value', 'unit_id']);

  await db.schema
    .createTable('knowledge_unit_flags')
    .addColumn('unit_id', sql.raw(text), (column) => column.notNull())
    .addColumn('id', sql.raw(text), (column) => column.notNull().primaryKey())
    .addColumn('reason', sql.raw(text), (column) => column.notNull())
    .addColumn('detail', sql.raw(text))
    .addColumn('duplicate_of', sql.raw(text))
    .addColumn('created_by', sql.raw(text))
    .addColumn('created_at', sql.raw(instant), (column) => column.notNull())
    .addForeignKeyConstraint('knowledge_unit_flags_unit_id_foreign', ['unit_id'], 'knowledge_units', ['id'], cascade)
    .execute();
  await index(db, 'idx_flags_unit', 'knowledge_unit_flags', ['unit_id', 'created_at', 'id']);

  await db.schema
    .createTable('idempotency_keys')
    .addColumn('username', sql.raw(text), (column) => column.notNull())
    .addColumn('unit_id', sql.raw(text), (column) => column.notNull())
    .addColumn('key', sql.raw(text), (column) => column.notNull())
    .addColumn('created_at', sql.raw(instant), (column) => column.notNull())
    .addPrimaryKeyConstraint('pk_idempotency_keys', ['username', 'key'])
    .execute();
  await index(db, 'idx_idempotency_created', 'idempotency_keys', ['created_at']);
}

async function createApiKeys(db: Schema, { text, instant }: ColumnTypes) {
  await db.schema
    .createTable('api_keys')
    .addColumn('id', sql.raw(text), (column) => column.notNull().primaryKey())
    .addColumn('user_id', 'integer', (column) => column.notNull())
    .addColumn('name', sql.raw(text), (column) => column.notNull())
    .addColumn('labels', sql.raw(text), (column) => column.notNull())
    .addColumn('key_prefix', sql.raw(text), (column) => column.notNull())
    .addColumn('key_hash', sql.raw(text), (column) => column.notNull())
    .addColumn('ttl', sql.raw(text), (column) => column.notNull())
    .addColumn('expires_at', sql.raw(instant), (column) => column.notNull())
    .addColumn('created_at', sql.raw(instant), (column) => column.notNull())
    .addColumn('last_used_at', sql.raw(instant))
    .addColumn('revoked_at', sql.raw(instant))
    .addForeignKeyConstraint('api_keys_user_id_foreign', ['user_id'], 'users', ['id'], cascade)
    .execute();
  await db.schema.createIndex('api_keys_key_hash_unique').unique().on('api_keys').columns(['key_hash']).execute();
  await index(db, 'idx_api_keys_user', 'api_keys', ['user_id', 'created_at', 'id']);
}
