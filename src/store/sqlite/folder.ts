import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UnusableDatabaseError } from '../../errors.ts';

/**
 * Makes a folder, and those that it is in, where they are not there, for their owner alone. One by one from the first that is missing: where a path
 * can never exist, as below /proc or a file, `mkdir` with `recursive` tries without end.
 */
export function makeFolder(folder: string): void {
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
        // another process was faster
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
