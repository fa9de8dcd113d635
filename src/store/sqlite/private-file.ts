import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnusableDatabaseError } from '../../errors.ts';
import { makeFolder } from './folder.ts';

/**
 * Makes an empty file that its owner alone may read, whatever the umask is. SQLite takes it for a new database, and gives
 * the files that it makes beside it the same mode. Throws `EEXIST` where there is one.
 */
export function createPrivately(file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
}

/** The same, with its folder, where there is none. What is there stays as it is. Throws `UnusableDatabaseError`. */
export function makePrivately(file: string): void {
  makeFolder(dirname(file));
  try {
    createPrivately(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new UnusableDatabaseError(
      'cannot be made: let this process write in its folder, or name another place.',
      error,
    );
  }
}
