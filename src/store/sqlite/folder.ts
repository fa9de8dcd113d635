import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UnusableDatabaseError } from '../../errors.ts';

/**
 * Creates a folder and its missing parents with mode 0700. One by one instead of `mkdir` with `recursive`, which loops forever
 * where a path can never exist, such as below /proc or below a file. Throws `UnusableDatabaseError`.
 */
export function ensureFolder(folder: string): void {
  const missing: string[] = [];
  let parent = resolve(folder);
  while (!isThere(parent)) {
    missing.unshift(parent);
    parent = dirname(parent);
  }
  for (const path of missing)
    attempt(path, () => {
      try {
        mkdirSync(path, { mode: 0o700 });
      } catch (error) {
        // another process has created it meanwhile
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    });
}

function isThere(path: string): boolean {
  const found = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (found && !found.isDirectory())
    throw new UnusableDatabaseError(`cannot be made: ${path} is no folder. Name a place in a folder.`);
  return found !== undefined;
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UnusableDatabaseError(
      `cannot be made: the folder ${path} cannot be made or looked into. Make it, or name another place.`,
      error,
    );
  }
}
