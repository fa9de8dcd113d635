import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Supervision } from '../../../migrations/step.ts';
import type { Kept } from '../sql/schema/adoption-record.ts';
import { openHandle } from './connection.ts';
import { translatingErrors } from './driver-errors.ts';
import { createPrivateFile } from './private-file.ts';

/** A backup of a database file, in the same folder. */
export interface Copy {
  readonly name: string;
  /** SHA-256, in hexadecimal. */
  readonly digest: string;
}

/** How the names of a file's backups begin. */
export const backupPrefix = (file: string): string => `${basename(file)}.backup-`;

/**
 * Backs up a database file before its adoption, in the same folder as `NAME.backup-<UTC time>`, including what is still in its
 * WAL. If an earlier attempt left a backup with the same contents, keeps that one instead.
 */
export async function backUpBeforeAdoption(file: string, { tell, pause }: Supervision): Promise<Kept> {
  if (file === ':memory:') throw new Error('a database in memory cannot be adopted');
  const prefix = backupPrefix(file);
  const partial = `${file}.backup.partial`;
  rmSync(partial, { force: true });
  try {
    const digest = await copyTo(partial, file, pause);
    const details = { name: await sameCopy(dirname(file), prefix, digest), digest };
    if (details.name !== null) return { place: details.name, details };
    const name = `${prefix}${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
    renameSync(partial, join(dirname(file), name));
    tell(`the database as it was is kept in ${join(dirname(file), name)}`);
    return { place: name, details: { name, digest } satisfies Copy };
  } finally {
    rmSync(partial, { force: true });
  }
}

async function copyTo(partial: string, file: string, pause: () => Promise<void>): Promise<string> {
  createPrivateFile(partial);
  const source = translatingErrors(() => openHandle(file, { readonly: true }));
  try {
    await source.backup(partial);
  } finally {
    source.close();
  }
  await pause();
  return digestOf(partial);
}

/** The name of a backup with this digest; null where there is none. */
async function sameCopy(folder: string, prefix: string, digest: string): Promise<string | null> {
  for (const name of readdirSync(folder).filter((other) => other.startsWith(prefix)))
    if ((await digestOf(join(folder, name))) === digest) return name;
  return null;
}

/** SHA-256 of a file, in hexadecimal. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
