import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnusableDatabaseError } from '../../errors.ts';
import { ensureFolder } from './folder.ts';

/**
 * Creates an empty file with mode 0600, whatever the umask is. SQLite opens it as a new database, and creates its journal and
 * WAL with the same mode. Throws `EEXIST` if the file exists.
 */
export function createPrivateFile(file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
}

/** The same with its folder, unless the file exists. Throws `UnusableDatabaseError`. */
export function ensurePrivateFile(file: string): void {
  ensureFolder(dirname(file));
  try {
    createPrivateFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new UnusableDatabaseError(
      'cannot be made: let this process write in its folder, or name another place.',
      error,
    );
  }
}
