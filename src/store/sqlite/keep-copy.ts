import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Supervision } from '../../../migrations/step.ts';
import type { Kept } from '../sql/schema/adoption.ts';
import { translate } from './failures.ts';
import { openHandle } from './handle.ts';
import { createPrivately } from './private-file.ts';

/** A copy of a database file, in the same folder. */
export interface Copy {
  readonly name: string;
  /** SHA-256, in hexadecimal. */
  readonly digest: string;
}

/**
 * Copies a database file beside itself, as `NAME.backup-<UTC time>`, before it is changed for good. Also what is still
 * in its log is in the copy. When an earlier attempt was cut off after its copy and nothing has changed since, that copy
 * stays the only one.
 */
export async function keepCopy(file: string, { tell, pause }: Supervision): Promise<Kept> {
  if (file === ':memory:') throw new Error('a database in memory has nothing to adopt');
  const prefix = `${basename(file)}.backup-`;
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
  createPrivately(partial);
  const source = translate(() => openHandle(file, { readonly: true }));
  try {
    await source.backup(partial);
  } finally {
    source.close();
  }
  await pause();
  return digestOf(partial);
}

async function sameCopy(folder: string, prefix: string, digest: string): Promise<string | null> {
  for (const name of readdirSync(folder).filter((other) => other.startsWith(prefix)))
    if ((await digestOf(join(folder, name))) === digest) return name;
  return null;
}

export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
