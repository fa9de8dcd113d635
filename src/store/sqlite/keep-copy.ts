import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Progress } from '../sql/migrate.ts';
import { translate } from './failures.ts';
import { openHandle } from './handle.ts';

/**
 * Copies a database file beside itself, as `NAME.backup-<UTC time>`, before it is changed for good. Also what is still
 * in its log is in the copy. When an earlier attempt was cut off after its copy and nothing has changed since, that copy
 * stays the only one.
 */
export async function keepCopy(file: string, progress: Progress): Promise<void> {
  if (file === ':memory:') return;
  const prefix = `${basename(file)}.backup-`;
  const partial = `${file}.backup.partial`;
  rmSync(partial, { force: true });
  const source = translate(() => openHandle(file, { readonly: true }));
  try {
    await source.backup(partial);
  } finally {
    source.close();
  }
  const digest = await digestOf(partial);
  for (const name of readdirSync(dirname(file)).filter((other) => other.startsWith(prefix)))
    if ((await digestOf(join(dirname(file), name))) === digest) {
      rmSync(partial);
      return;
    }
  const copy = `${file}.backup-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
  renameSync(partial, copy);
  progress(`the database as it was is kept in ${copy}`);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
