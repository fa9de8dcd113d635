import { sql } from 'kysely';
import { step } from './step.ts';

/**
 * The audit log, the settings of the last start, which the next one is compared with, and which pepper the hash of an API key was
 * made with.
 *
 * The log refers to nobody by a foreign key and holds no names: what it says outlives what it is about.
 */
export const auditLog = step('0026-audit-log', async ({ db, types, native }) => {
  const text = sql.raw(types.text);
  // the databases differ in how a column numbers itself
  await native({
    sqlite: [
      `create table audit_log (id integer not null primary key autoincrement, at text not null, action text not null,
         actor_kind text not null, actor_id integer, key_id text, target text, address text, details text,
         count integer not null, last_at text not null, repeat_key text)`,
    ],
    postgres: [
      `create table audit_log (id serial not null primary key, at timestamptz(3) not null, action text collate "C" not null,
         actor_kind text collate "C" not null, actor_id integer, key_id text collate "C", target text collate "C",
         address text collate "C", details text collate "C", count integer not null, last_at timestamptz(3) not null,
         repeat_key text collate "C")`,
    ],
  });
  for (const [name, columns] of Object.entries({
    idx_audit_log_at: ['at', 'id'],
    idx_audit_log_actor: ['actor_id', 'at', 'id'],
    idx_audit_log_target: ['target', 'at', 'id'],
    idx_audit_log_action: ['action', 'at', 'id'],
  }))
    await db.schema.createIndex(name).on('audit_log').columns(columns).execute();
  await db.schema.createIndex('audit_log_repeat_key_unique').unique().on('audit_log').columns(['repeat_key']).execute();
  await db.schema
    .createTable('last_settings')
    .addColumn('name', text, (column) => column.notNull().primaryKey())
    .addColumn('value', text, (column) => column.notNull())
    .execute();
  await db.schema.alterTable('api_keys').addColumn('pepper', text).execute();
});
