import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../sync.ts';

/** Names of backups in a folder: when they were begun (UTC), and at random, for several at once. */
const named = /^cq-\d{8}T\d{9}Z-[0-9a-f]{8}\.db/;
const complete = new RegExp(`${named.source}$`);
const unfinished = new RegExp(`${named.source}\\.partial(-journal|-wal|-shm)?$`);

/** An unfinished one, or a folder of a restored one, that nobody has written to for so long was left by a process that was killed. */
const abandonedAfterMs = 86_400_000;

/** The path of a new backup. */
export function newBackup(folder: string, at: Date): string {
  const time = at.toISOString().replace(/[-:.]/g, '');
  return join(folder, `cq-${time}-${randomBytes(4).toString('hex')}.db`);
}

/** Where it is written until it is complete. */
export const partialOf = (backup: string): string => `${backup}.partial`;

/** Gives a backup that is complete its name, for good. */
export function finish(backup: string): void {
  renameSync(partialOf(backup), backup);
  // before the old ones are removed
  syncFolder(dirname(backup));
}

/** The newest complete backup of a folder, whoever has made it; null where there is none. */
export function newestIn(folder: string): string | null {
  const name = readdirSync(folder)
    .filter((name) => complete.test(name))
    .sort()
    .at(-1);
  return name === undefined ? null : join(folder, name);
}

/**
 * Removes from the folder of a new, complete backup what is older, but for the `keep - 1` newest of it, and what killed processes have
 * left. Of those only whose names are in `ours`: others may be another database's, or somebody's copies. Later ones than the new one are
 * left alone: others make them at this moment, who would else remove it, or a clock was set back. Answers how many complete ones were
 * removed, and how many of ours are left.
 */
export function rotate(backup: string, keep: number, ours: ReadonlySet<string>): { removed: number; left: number } {
  const folder = dirname(backup);
  const names = readdirSync(folder).sort().reverse();
  const backups = names.filter((name) => complete.test(name) && ours.has(name));
  const old = backups.filter((name) => name < basename(backup)).slice(keep - 1);
  const abandoned = names.filter(
    (name) => unfinished.test(name) && ours.has(named.exec(name)?.[0] ?? '') && isAbandoned(join(folder, name)),
  );
  // another process may be removing the same
  for (const name of [...old, ...abandoned]) rmSync(join(folder, name), { force: true });
  return { removed: old.length, left: backups.length - old.length };
}

export function isAbandoned(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > abandonedAfterMs;
}
