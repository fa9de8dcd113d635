import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Secrets } from '../domain/secrets.ts';
import type { Store } from '../store/store.ts';
import { type Config, ConfigError } from './config.ts';
import { secretsFile } from './database.ts';

const fileSchema = z.object({ jwtSecret: z.string().min(1), apiKeyPepper: z.string().min(1) });

/**
 * Throws a `ConfigError` where `loadSecrets` would: also where there can be none for this database. Makes and changes
 * nothing, the database included, and tells `waiting` when another process keeps it from looking there.
 */
export async function requireSecrets({ jwtSecret, apiKeyPepper, database }: Config, waiting = () => {}): Promise<void> {
  if (jwtSecret !== null && apiKeyPepper !== null) return;
  if (database.engine !== 'sqlite') throw unshared();
  const file = secretsFile(database);
  if (file === null || readSecretsFile(file) !== null) return;
  const { hasUsers } = await import('../store/sqlite/look.ts');
  if (await hasUsers(database.file, waiting)) throw lost(file);
}

/**
 * The server's secrets: from the configuration, else from the file beside the database, else new ones in that file,
 * readable by its owner only. New ones only for an empty database: with others than before, every API key is void.
 * In memory secrets live as long as the database does.
 */
export async function loadSecrets({ jwtSecret, apiKeyPepper, database }: Config, store: Store): Promise<Secrets> {
  if (jwtSecret !== null && apiKeyPepper !== null) return { jwtSecret, apiKeyPepper };
  if (database.engine !== 'sqlite') throw unshared();
  const file = secretsFile(database);
  if (file === null) return newSecrets();
  return readSecretsFile(file) ?? (await createFile(file, store));
}

/** Why a server on PostgreSQL does not start without secrets from outside. */
export const unshared = () =>
  new ConfigError(
    'On PostgreSQL, set CQ_JWT_SECRET and CQ_API_KEY_PEPPER (or their _FILE forms), to the same in every process.',
  );

const lost = (file: string) =>
  new ConfigError(
    `${file} is missing, and the database has users. Put it back, or set CQ_JWT_SECRET and CQ_API_KEY_PEPPER to the secrets the database was used with.`,
  );

async function createFile(file: string, store: Store): Promise<Secrets> {
  if ((await store.users.count()) > 0) throw lost(file);
  const secrets = newSecrets();
  // under its name it is whole from the first moment on, whenever this process dies
  const draft = `${file}.${randomBytes(6).toString('hex')}.partial`;
  try {
    writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    // another process was faster
    const existing = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readSecretsFile(file) : null;
    if (existing) return existing;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Which of the database's file, its secrets and their folder others than the owner may read or enter. */
export function readByOthers(database: Config['database']): string[] {
  const secrets = secretsFile(database);
  // on Windows a mode says nothing of who may read
  if (database.engine !== 'sqlite' || secrets === null || process.platform === 'win32') return [];
  return [dirname(database.file), database.file, secrets].filter((path) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & 0o055) !== 0;
  });
}

/** The secrets in a file; null where there is none. Throws `ConfigError` for a file that holds something else. */
export function readSecretsFile(file: string): Secrets | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    throw new ConfigError(`${file} must be a JSON object with jwtSecret and apiKeyPepper.`);
  }
}

const newSecrets = (): Secrets => ({ jwtSecret: randomSecret(), apiKeyPepper: randomSecret() });
const randomSecret = () => randomBytes(32).toString('base64url');
