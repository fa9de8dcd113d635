import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes an empty file that its owner alone may read, whatever the umask is. SQLite takes it for a new database, and gives
 * the files that it makes beside it the same mode. Throws `EEXIST` where there is one.
 */
export function createPrivately(file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
}

/** The same, with its folder, where there is none. What is there stays as it is. */
export function makePrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    createPrivately(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
