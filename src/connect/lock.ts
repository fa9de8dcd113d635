import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '../errors.ts';
import { makeFolders } from './config-file.ts';

/** After how long a lock is one that a process left behind when it died. What is done under one takes far less. */
const staleAfterMs = 10_000;

/**
 * Does work while no other process does any under the same lock, which is a folder beside a file: the form in which Claude Code locks its own
 * configuration. Throws `ConflictError` where another process keeps it.
 */
export async function withLock<T>(path: string, work: () => T | Promise<T>, waitMs = 20_000): Promise<T> {
  const lock = `${path}.lock`;
  const until = Date.now() + waitMs;
  while (!take(lock)) {
    if (Date.now() > until)
      throw new ConflictError(`${lock} is kept by another program. Remove it if none is at work.`, []);
    await delay(20 + Math.random() * 40);
  }
  try {
    return await work();
  } finally {
    remove(lock);
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') makeFolders(lock, 0o700);
    else if (code !== 'EEXIST') throw error;
  }
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (since !== undefined && Date.now() - since > staleAfterMs) remove(lock);
  return false;
}

function remove(lock: string): void {
  try {
    rmdirSync(lock);
  } catch {
    // another process has found it stale
  }
}
