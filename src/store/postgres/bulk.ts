import { sql } from 'kysely';
import type { Bulk } from '../sql/database.ts';

export const bulk: Bulk = {
  async unhurried(tx) {
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`set local lock_timeout = 0`.execute(tx);
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
  },

  async claim(tx, tables) {
    // as long as SQLite waits for a lock
    await sql`set local lock_timeout = '5s'`.execute(tx);
    await sql`lock table ${list(tables)} in share row exclusive mode`.execute(tx);
  },

  async numberOn(tx, table) {
    await sql`
      select setval(pg_get_serial_sequence(${table}, 'id'), max(id)) from ${sql.table(table)}`.execute(tx);
  },

  async analyze(tx, tables) {
    await sql`analyze ${list([...tables, 'search_documents', 'search_postings'])}`.execute(tx);
  },
};

const list = (tables: readonly string[]) => sql.join(tables.map((table) => sql.table(table)));
