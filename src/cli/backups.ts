import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../config/config.ts';
import type { DatabaseConfig } from '../config/database.ts';
import { sqliteDatabase } from '../config/sqlite-url.ts';
import { recordBackup } from '../domain/backups.ts';
import { limits } from '../domain/rules.ts';
import type { Store } from '../store/store.ts';
import { finish, isAbandoned, newBackup, newestIn, partialOf, rotate } from './backup-folder.ts';
import type { CommandContext } from './command-context.ts';
import { describeError } from './errors.ts';

interface Options {
  readonly keep?: number;
  readonly verify?: boolean;
}

/** Adds the command backup. */
export function addBackupCommand(program: Command, context: CommandContext) {
  program
    .command('backup')
    .argument('[place]', 'a new file; with --keep a folder, "backups" beside the database when absent')
    .description('write a consistent copy of the database as it is, also while a server is using it')
    .option('--keep <number>', 'write it into a folder, and remove all but so many that were made like this', toKeep)
    .option('--verify', 'restore a backup, or the newest of a folder, to a temporary place, and see that it works')
    .action(async (place: string | undefined, { keep, verify }: Options) => {
      if (keep !== undefined) {
        const made = await backUpInto(context, place, keep);
        if (verify) await verifyBackup(context, made);
      } else if (place === undefined) throw new ConfigError('Name a new file, or with --keep a folder.');
      else if (verify) await verifyBackup(context, existingBackup(place));
      else await backUpTo(context, place);
    });
}

function toKeep(given: string): number {
  const most = limits.backupsKept;
  const keep = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (keep < 1 || keep > most) throw new InvalidArgumentError(`It must be a number from 1 to ${most}.`);
  return keep;
}

async function backUpTo(context: CommandContext, file: string): Promise<void> {
  if (existsSync(file)) throw new ConfigError(`${file} exists already; name a new file.`);
  // its own name only when it is complete: what a killed process leaves is not to be taken for a backup
  const partial = partialOf(`${file}.${randomBytes(4).toString('hex')}`);
  const record = await backUp(context, resolve(file), partial);
  renameSync(partial, file);
  console.log(`${file} is a copy of the database.`);
  if (record.status === 'rejected')
    console.error(
      `The database has no record of it, so that erasures will not name it: ${describeError(record.reason).message}`,
    );
}

/** Makes a backup in a folder, and then removes what is older; answers its path. */
async function backUpInto(context: CommandContext, place: string | undefined, keep: number): Promise<string> {
  const { database } = context.config();
  const folder = resolve(place ?? defaultFolder(database));
  // not with the parents: where a disk is not mounted, its backups are not to fill another one
  const isNew = database.engine === 'sqlite' && existsSync(dirname(folder)) && !existsSync(folder);
  if (isNew) mkdirSync(folder, { mode: 0o700 });
  const backup = newBackup(folder, new Date());
  const record = await backUp(context, backup, partialOf(backup)).catch((error) => {
    if (isNew) removeIfEmpty(folder);
    throw error;
  });
  finish(backup);
  console.log(`${backup} is a copy of the database.`);
  if (record.status === 'rejected') {
    console.error(
      `The database has no record of it, so that nothing was removed, and erasures will not name it: ${describeError(record.reason).message}`,
    );
    return backup;
  }
  const { removed, left } = rotate(backup, keep, await recordedNames(context));
  console.log(`${removed} older removed, ${left} kept.`);
  return backup;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // another process has put a backup there
  }
}

function defaultFolder(database: DatabaseConfig): string {
  if (database.engine === 'sqlite' && database.file !== ':memory:') return join(dirname(database.file), 'backups');
  throw new ConfigError('Name a folder: the database is in no file that there could be one beside.');
}

/** The names of the backups that the database itself knows of. */
const recordedNames = async ({ withStoreToRead }: CommandContext): Promise<ReadonlySet<string>> => {
  const backups = await withStoreToRead((store) => store.backups.since(new Date(0)));
  return new Set(backups.map(({ place }) => basename(place)));
};

/**
 * Writes a backup to `file`, and records it before as one at `place`, by a store of its own: that of the backup only reads, and may be of
 * any version. Answers what became of the record.
 */
async function backUp(context: CommandContext, place: string, file: string): Promise<PromiseSettledResult<number>> {
  const { database } = context.config();
  const change = <T>(work: (store: Store) => Promise<T>) => context.withStoreAt(database, { migrate: false }, work);
  const recorded = await settled(change((store) => recordBackup(store, place)));
  try {
    // of any schema version: a backup is needed most before an upgrade
    await context.withStoreToRead((store) => store.backup(file), { anyVersion: true });
  } catch (error) {
    if (recorded.status === 'fulfilled') await settled(change((store) => store.backups.remove(recorded.value)));
    throw error;
  }
  return recorded;
}

async function settled<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [outcome] = await Promise.allSettled([work]);
  return outcome;
}

function existingBackup(place: string): string {
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found) throw new ConfigError(`${place} does not exist.`);
  const file = found.isDirectory() ? newestIn(place) : place;
  if (file === null) throw new ConfigError(`${place} has no backup that was made by --keep.`);
  return file;
}

const restored = 'cq-restore-';

/** Removes what processes of this account that were killed have left of restored backups: each is all of a database. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder).filter((other) => other.startsWith(restored))) {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() && found.uid === process.getuid?.() && isAbandoned(path))
      rmSync(path, { recursive: true, force: true });
  }
}

/** Does with a backup what a restore does, in a temporary folder: the backup itself is only read. Throws where it does not work. */
async function verifyBackup(context: CommandContext, backup: string): Promise<void> {
  removeAbandoned(tmpdir());
  const folder = mkdtempSync(join(tmpdir(), restored));
  const copy = join(folder, 'cq.db');
  try {
    copyFileSync(backup, copy, constants.COPYFILE_FICLONE);
    await context.requireIntact(copy);
    const { kind } = await context.inspect(sqliteDatabase(copy));
    const { units, users } = await context.withStoreAt(
      sqliteDatabase(copy),
      { migrate: true, existing: true },
      contentsOf,
    );
    const migrated = kind === 'current' ? '' : ', once it was migrated';
    console.log(`${backup} can be restored: ${units} units, ${users} accounts${migrated}.`);
  } catch (error) {
    const { message } = describeError(error);
    throw new Error(`${backup} cannot be restored: ${message.replaceAll(copy, 'it')}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function contentsOf(store: Store): Promise<{ units: number; users: number }> {
  await store.ping();
  const counts = await store.stats.statusCounts();
  return { units: Object.values(counts).reduce((sum, count) => sum + count, 0), users: await store.users.count() };
}
