import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UnusableDatabaseError } from '../../errors.ts';

/** Throws `UnusableDatabaseError` unless the file exists; `:memory:` is refused too, since processes cannot share it. */
export function requireFile(file: string) {
  if (file === ':memory:')
    throw new UnusableDatabaseError("is a database of each process's own, which begins empty: name a file.");
  if (!existsSync(file))
    throw new UnusableDatabaseError(
      `is not there: there is no file ${resolve(file)}. Name the right one, or make a database there by "cq-server migrate".`,
    );
}
