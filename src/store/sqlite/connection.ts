import { existsSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { load } from 'sqlite-vec';
import { defineSketchSearch, sketchFunction } from './sketch-search.ts';

/** Opens SQLite connections. Imports little, since worker threads load this file and must start quickly. */

/** One SQLite connection. */
export type Handle = BetterSqlite.Database;

/** How long to wait for a lock that another connection holds. */
export const lockWaitMs = 5000;

/** Cached prepared statements of one connection; the least recently used is evicted. */
const maxStatements = 500;

/**
 * Makes SQLite fail at once with SQLITE_BUSY instead of sleeping until a lock is free, which would block the event loop:
 * callers retry with pauses.
 */
export function disableBusyTimeout(handle: Handle): void {
  handle.pragma('busy_timeout = 0');
}

/** Opens a file, `:memory:`, or in memory what is in these bytes, with the settings of every connection. */
export function openHandle(
  file: string | Uint8Array,
  { readonly = false, mustExist = false }: { readonly?: boolean; mustExist?: boolean } = {},
): Handle {
  const source = typeof file === 'string' ? file : Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const handle = new BetterSqlite(source, { readonly, fileMustExist: mustExist, timeout: lockWaitMs });
  try {
    handle.pragma('synchronous = NORMAL');
    handle.pragma('foreign_keys = ON');
    // what is deleted is overwritten, for erasures
    handle.pragma('secure_delete = ON');
    // 64 MiB, allocated on demand: with less, a large import rewrites index pages many times, and a vector search, which reads
    // all sketches, evicts everything else
    handle.pragma('cache_size = -65536');
    loadVectors(handle);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/**
 * Opens an existing file for reading, and leaves no files behind. A `readonly` connection creates the WAL's files and cannot
 * remove them, so it is used only where a WAL exists already (a server runs or was killed); otherwise a writable one with
 * `query_only`.
 */
export function openReadOnly(file: string): Handle {
  const handle = openHandle(file, { readonly: existsSync(`${file}-wal`), mustExist: true });
  try {
    handle.pragma('query_only = ON');
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** Loads sqlite-vec, where the platform has it; without it everything but semantic search works. */
export function loadVectors(handle: Handle) {
  try {
    load(handle);
  } catch {}
}

/** Prepares each statement once and caches it by its text. Call the answer each time that a statement is run. */
export function cacheStatements(handle: Handle): (sql: string) => BetterSqlite.Statement {
  const cache = new LRUCache<string, BetterSqlite.Statement>({ max: maxStatements });
  let readSketches: (() => void) | undefined;
  return (sql) => {
    if (sql.includes(sketchFunction)) {
      readSketches ??= defineSketchSearch(handle);
      readSketches();
    }
    let statement = cache.get(sql);
    if (!statement) {
      statement = handle.prepare(sql);
      cache.set(sql, statement);
    }
    return statement;
  };
}
