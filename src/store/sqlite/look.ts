import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { failure, isBusy } from './failures.ts';
import { patienceMs } from './handle.ts';

/**
 * Whether a database file, ours or the Python server's, holds an account. Leaves the file and its folder as they are. Waits
 * for as long as another process keeps others out, and calls `waiting` every few seconds.
 */
export async function hasUsers(file: string, waiting: () => void): Promise<boolean> {
  if (sizeOf(file) === 0) return false;
  for (let deadline = Date.now() + patienceMs; ; await delay(20 + Math.random() * 20)) {
    try {
      return look(file);
    } catch (error) {
      if (!isBusy(failure(error))) throw failure(error);
    }
    if (Date.now() <= deadline) continue;
    waiting();
    deadline = Date.now() + patienceMs;
  }
}

function look(file: string): boolean {
  const handle = new BetterSqlite(file, { fileMustExist: true, readonly: !closesTidily(file), timeout: 0 });
  try {
    const table = handle.prepare("select 1 from sqlite_master where type = 'table' and name = 'users'").get();
    return table !== undefined && handle.prepare('select 1 from users limit 1').get() !== undefined;
  } finally {
    handle.close();
  }
}

/**
 * Whether a connection that may write leaves less behind than one that may not. In WAL mode each of them makes a log, and
 * only the former takes it away again; where there is a log with something in it, it would move this into the file. What a
 * process that died left in a rollback journal has to be taken back before anybody can read.
 */
const closesTidily = (file: string) => (isWal(file) ? sizeOf(`${file}-wal`) === 0 : sizeOf(`${file}-journal`) > 0);

/** Byte 18 of the header is the version that a writer needs: 2 in WAL mode. */
function isWal(file: string): boolean {
  const header = Buffer.alloc(20);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    readSync(descriptor, header, 0, header.length, 0);
  } catch {
    // the driver says better what is wrong
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  return header[18] === 2;
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
