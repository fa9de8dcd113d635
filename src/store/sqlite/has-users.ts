import { closeSync, openSync, readSync, statSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { deadlineOf, retryWhileBusy } from './lock-wait.ts';

/**
 * Whether a database file, ours or the Python server's, holds a user. Changes neither the file nor its folder. While another
 * process has the file locked, waits, and calls `onWaiting` every `lockWaitMs`.
 */
export async function hasUsers(file: string, onWaiting: () => void): Promise<boolean> {
  if (sizeOf(file) === 0) return false;
  return retryWhileBusy(deadlineOf({}), { onWaiting }, () => queryUsers(file));
}

function queryUsers(file: string): boolean {
  const handle = new BetterSqlite(file, { fileMustExist: true, readonly: !cleansUpLog(file), timeout: 0 });
  try {
    const table = handle.prepare("select 1 from sqlite_master where type = 'table' and name = 'users'").get();
    return table !== undefined && handle.prepare('select 1 from users limit 1').get() !== undefined;
  } finally {
    handle.close();
  }
}

/**
 * Whether only a writable connection leaves the folder unchanged. In WAL mode every connection creates a log, and only a
 * writable one removes it; but with a non-empty log it would checkpoint that into the file. A hot rollback journal must be
 * rolled back before a read.
 */
const cleansUpLog = (file: string) => (isWal(file) ? sizeOf(`${file}-wal`) === 0 : sizeOf(`${file}-journal`) > 0);

/** Byte 18 of the file header is the write version: 2 in WAL mode. */
function isWal(file: string): boolean {
  const header = Buffer.alloc(20);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    readSync(descriptor, header, 0, header.length, 0);
  } catch {
    // opening the database will report the error better
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  return header[18] === 2;
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
