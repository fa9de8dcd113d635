import { chmodSync, chownSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { sqliteMigrationDialect } from '../../../migrations/step.ts';
import { ConflictError } from '../../errors.ts';
import { syncFolder } from '../../sync.ts';
import {
  type AdoptionRecord,
  adoptionTable,
  auditAdoption,
  readAdoptionRecord,
  requireAdoptionRecord,
  requireUnwritten,
  statusOf,
} from '../sql/schema/adoption-record.ts';
import { requireKnown } from '../sql/schema/migrate.ts';
import type { Adoption } from '../store.ts';
import { disableBusyTimeout, type Handle, lockWaitMs, openHandle } from './connection.ts';
import { isBusy, translateError, translatingErrors } from './driver-errors.ts';
import { enableWal, queries } from './kysely-driver.ts';
import { type Copy, digestOf } from './pre-adoption-backup.ts';
import { requireFile } from './require-file.ts';

/** Opens an adopted file, to restore the backup from before the adoption or to discard it. */
export function openAdoption(file: string): Adoption {
  requireFile(file);
  const handle = translatingErrors(() => openHandle(file));
  const db = queries(handle);
  const copyOf = ({ details }: AdoptionRecord): Copy & { readonly path: string } => {
    const copy = details as Copy;
    return { ...copy, path: join(dirname(file), copy.name) };
  };

  async function requireCopy(found: AdoptionRecord) {
    const { path, digest } = copyOf(found);
    if (!existsSync(path)) throw new Error(`${path}, the copy from before the adoption, is missing.`);
    if ((await digestOf(path)) !== digest)
      throw new Error(`${path}, the copy from before the adoption, has been changed since.`);
  }

  return {
    async status() {
      const found = await readAdoptionRecord(db, sqliteMigrationDialect);
      if (found) await requireCopy(found);
      return found && statusOf(db, found);
    },

    async undo({ dropChanges }) {
      // checked before anything is locked: a file that was not adopted is not touched
      await requireCopy(await requireAdoptionRecord(db, sqliteMigrationDialect));
      await requireKnown(db, sqliteMigrationDialect);
      return withExclusiveLock(handle, file, async () => {
        const found = await requireAdoptionRecord(db, sqliteMigrationDialect);
        const kept = await statusOf(db, found);
        requireUnwritten(kept, dropChanges);
        replace(file, copyOf(found).path);
        return kept;
      });
    },

    async discard() {
      const found = await requireAdoptionRecord(db, sqliteMigrationDialect);
      const { path } = copyOf(found);
      // the copy first: if this process dies in between, discard can be repeated
      rmSync(path, { force: true });
      await db.transaction().execute(async (tx) => {
        await sql`drop table ${sql.table(adoptionTable)}`.execute(tx);
        await auditAdoption(tx, sqliteMigrationDialect, 'adoption.discarded', path);
      });
      return path;
    },

    async close() {
      handle.close();
    },
  };
}

/**
 * Runs `work` under an exclusive lock, with the WAL checkpointed and removed. Throws `ConflictError` if another process has the
 * file open. A process that opens it meanwhile waits, and then sees by the inode that the file was replaced.
 */
async function withExclusiveLock<T>(handle: Handle, file: string, work: () => Promise<T>): Promise<T> {
  try {
    await beginExclusive(handle);
  } catch (error) {
    if (!isBusy(translateError(error))) throw translateError(error);
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

async function beginExclusive(handle: Handle) {
  for (const deadline = Date.now() + lockWaitMs; ; await delay(20))
    try {
      disableBusyTimeout(handle);
      handle.pragma('journal_mode = delete');
      handle.exec('begin exclusive');
      // another process may have switched back to WAL in between, which would let others read
      if (handle.pragma('journal_mode', { simple: true }) === 'delete') return;
      handle.exec('rollback');
      if (Date.now() > deadline) throw new ConflictError('Another process keeps opening the database.', []);
    } catch (error) {
      if (!isBusy(translateError(error)) || Date.now() > deadline) throw error;
    }
}

/** Atomically replaces a file by another one, which gets its mode and owner. */
function replace(file: string, copy: string) {
  const { mode, uid, gid } = statSync(file);
  const own = statSync(copy);
  if (own.uid !== uid || own.gid !== gid) chownSync(copy, uid, gid);
  chmodSync(copy, mode & 0o777);
  renameSync(copy, file);
  syncFolder(dirname(file));
}
