import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { sqliteMigrationDialect } from '../../../migrations/step.ts';
import { ConflictError } from '../../errors.ts';
import {
  type AdoptionRecord,
  readRecord,
  record,
  requireRecord,
  requireUnwritten,
  statusOf,
} from '../sql/schema/adoption.ts';
import { requireKnown } from '../sql/schema/migrate.ts';
import type { Adoption } from '../store.ts';
import { enableWal, queries } from './connection.ts';
import { failure, isBusy, translate } from './failures.ts';
import { type Handle, openHandle, patienceMs } from './handle.ts';
import { type Copy, digestOf } from './keep-copy.ts';
import { requireFile } from './require-file.ts';

/** The way back from an adopted file to the copy that was kept of it. */
export function openAdoption(file: string): Adoption {
  requireFile(file);
  const handle = translate(() => openHandle(file));
  const db = queries(handle);
  const copyOf = ({ details }: AdoptionRecord): Copy & { readonly path: string } => {
    const copy = details as Copy;
    return { ...copy, path: join(dirname(file), copy.name) };
  };

  async function requireCopy(found: AdoptionRecord) {
    const { path, digest } = copyOf(found);
    if (!existsSync(path)) throw new Error(`${path}, the copy from before the adoption, is not there any more.`);
    if ((await digestOf(path)) !== digest)
      throw new Error(`${path}, the copy from before the adoption, has been changed since.`);
  }

  return {
    async status() {
      const found = await readRecord(db, sqliteMigrationDialect);
      if (found) await requireCopy(found);
      return found && statusOf(db, found);
    },

    async undo({ dropChanges }) {
      // before anything is locked: a file that is not adopted stays as it is
      await requireCopy(await requireRecord(db, sqliteMigrationDialect));
      await requireKnown(db, sqliteMigrationDialect);
      return whileAlone(handle, file, async () => {
        const found = await requireRecord(db, sqliteMigrationDialect);
        const kept = await statusOf(db, found);
        requireUnwritten(kept, dropChanges);
        replace(file, copyOf(found).path);
        return kept;
      });
    },

    async discard() {
      const found = await requireRecord(db, sqliteMigrationDialect);
      const { path } = copyOf(found);
      // the copy first: what is left when this process dies in between can be discarded again
      rmSync(path, { force: true });
      await sql`drop table ${sql.table(record)}`.execute(db);
      return path;
    },

    async close() {
      handle.close();
    },
  };
}

/**
 * Does `work` while no other process has the file open, its log moved into it and taken away. Whoever opens it meanwhile
 * waits for the end, and sees then that the file has been replaced.
 */
async function whileAlone<T>(handle: Handle, file: string, work: () => Promise<T>): Promise<T> {
  try {
    await beginAlone(handle);
  } catch (error) {
    if (!isBusy(failure(error))) throw failure(error);
    throw new ConflictError(`Another process has ${file} open: stop the server first.`, []);
  }
  try {
    return await work();
  } catch (error) {
    handle.exec('rollback');
    await enableWal(handle);
    throw error;
  }
}

async function beginAlone(handle: Handle) {
  for (const deadline = Date.now() + patienceMs; ; await delay(20))
    try {
      handle.pragma('busy_timeout = 0');
      handle.pragma('journal_mode = delete');
      handle.exec('begin exclusive');
      // another one may have gone back to a log in between, which lets others read
      if (handle.pragma('journal_mode', { simple: true }) === 'delete') return;
      handle.exec('rollback');
      if (Date.now() > deadline) throw new ConflictError('Another process keeps opening the database.', []);
    } catch (error) {
      if (!isBusy(failure(error)) || Date.now() > deadline) throw error;
    }
}

/** Puts a file into the place of another one, at once, with the mode and owner of that. */
function replace(file: string, copy: string) {
  const { mode, uid, gid } = statSync(file);
  const own = statSync(copy);
  if (own.uid !== uid || own.gid !== gid) chownSync(copy, uid, gid);
  chmodSync(copy, mode & 0o777);
  renameSync(copy, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
