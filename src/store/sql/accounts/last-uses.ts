import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';

/** Buffered uses of one kind; beyond this the oldest are dropped: they are for statistics and may be lost. */
const maxBuffered = 10_000;

/** Rows in one transaction: what one keeps SQLite, and with it the process, busy for. */
const batchSize = 500;

type Id = string | number;

/** When a key, a session or an account was last used. */
export type LastUse = readonly [id: Id, at: Date];

interface Used {
  readonly id: Id;
  readonly lastUsedAt: Date | null;
}

/** A write-behind buffer of when keys, sessions or accounts were last used. */
export interface LastUses {
  record(id: Id, at: Date): void;
  /** The record with its last use, from the buffer where that is later than the database's. */
  withLastUse<T extends Used>(record: T): T;
  /** Passes the buffered uses to `write`, in batches, and drops those that were written. If `write` throws, the others stay for the next call. */
  flush(write: (uses: readonly LastUse[]) => Promise<void>): Promise<void>;
}

export function createLastUses(): LastUses {
  const buffer = new Map<Id, Date>();
  return {
    record(id, at) {
      const before = buffer.get(id);
      // delete and set again: a Map iterates in the order of insertion, so that the least recently used comes first
      buffer.delete(id);
      buffer.set(id, before && before > at ? before : at);
      if (buffer.size > maxBuffered) buffer.delete(buffer.keys().next().value as Id);
    },

    withLastUse(record) {
      const at = buffer.get(record.id);
      return at && at > (record.lastUsedAt ?? 0) ? { ...record, lastUsedAt: at } : record;
    },

    async flush(write) {
      const uses = [...buffer];
      for (let from = 0; from < uses.length; from += batchSize) {
        // requests go on between two batches, which on SQLite take this thread
        if (from > 0) await setImmediate();
        const batch = uses.slice(from, from + batchSize);
        await write(batch);
        for (const [id, at] of batch) if (buffer.get(id) === at) buffer.delete(id);
      }
    },
  };
}

/** The tables that have last uses, with the type of their ids. */
const idTypes = { api_keys: sql`text`, sessions: sql`text`, users: sql`integer` };

/**
 * Writes last uses, unless the row has a later one from another process. Skips a row that another process has locked: that one
 * writes as recent a use.
 */
export async function writeLastUses(
  db: Database,
  table: keyof typeof idTypes,
  uses: readonly LastUse[],
): Promise<void> {
  const values = sql.join(uses.map(([id, at]) => sql`(${id}, ${toColumn(at)})`));
  const ids = sql.join(uses.map(([id]) => id));
  await db.transaction(async ({ write, dialect: { instantType, skipLocked } }) => {
    const at = sql`cast(used.column2 as ${instantType})`;
    await sql`
      update ${sql.table(table)} set last_used_at = ${at} from (values ${values}) used
       where ${sql.table(table)}.id = cast(used.column1 as ${idTypes[table]}) and (last_used_at is null or last_used_at < ${at})
         and ${sql.table(table)}.id in (select id from ${sql.table(table)} where id in (${ids}) ${skipLocked})`.execute(
      write,
    );
  });
}
