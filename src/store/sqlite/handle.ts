import { existsSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { load } from 'sqlite-vec';

/** What a thread of searches needs too: this loads the driver and nothing else, so that one starts quickly. */

export type Handle = BetterSqlite.Database;

/** How long to wait for a lock that another connection holds. */
export const patienceMs = 5000;

/** Statements kept ready on one handle; the least recently used one goes first. */
const maxStatements = 500;

/** Opens a file (or `:memory:`) with the settings that every connection of ours has. */
export function openHandle(
  file: string,
  { readonly = false, mustExist = false }: { readonly?: boolean; mustExist?: boolean } = {},
): Handle {
  const handle = new BetterSqlite(file, { readonly, fileMustExist: mustExist, timeout: patienceMs });
  try {
    handle.pragma('synchronous = NORMAL');
    handle.pragma('foreign_keys = ON');
    // 64 MiB, taken when needed: else a large import writes every index page many times over, and a search that looks at
    // all sketches drives everything else out
    handle.pragma('cache_size = -65536');
    loadVectors(handle);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/**
 * Opens a file that is there, only to read it, and leaves nothing behind. A connection that may not write at all leaves the
 * files of the log that it had to make; so such a one is taken only where they are there already, since a server is at work
 * or was killed, and its log must stay.
 */
export function openToRead(file: string): Handle {
  const handle = openHandle(file, { readonly: existsSync(`${file}-wal`), mustExist: true });
  try {
    handle.pragma('query_only = ON');
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** sqlite-vec is not there for every platform: all but search by meaning works without it. */
export function loadVectors(handle: Handle) {
  try {
    load(handle);
  } catch {}
}

/** Prepares each statement once. */
export function keepStatements(handle: Handle): (sql: string) => BetterSqlite.Statement {
  const statements = new Map<string, BetterSqlite.Statement>();
  return (sql) => {
    const statement = statements.get(sql) ?? handle.prepare(sql);
    statements.delete(sql);
    statements.set(sql, statement);
    if (statements.size > maxStatements) statements.delete(statements.keys().next().value as string);
    return statement;
  };
}
