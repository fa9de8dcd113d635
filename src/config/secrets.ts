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
 * Throws the `ConfigError` that `loadSecrets` would throw, without creating or changing anything. Calls `waiting` while another
 * process has the database locked.
 */
export async function requireSecrets({ jwtSecret, apiKeyPepper, database }: Config, waiting = () => {}): Promise<void> {
  if (jwtSecret !== null && apiKeyPepper !== null) return;
  if (database.engine !== 'sqlite') throw secretsRequired();
  const file = secretsFile(database);
  if (file === null || readSecretsFile(file) !== null) return;
  const { hasUsers } = await import('../store/sqlite/has-users.ts');
  if (await hasUsers(database.file, waiting)) throw secretsLost(file);
}

/**
 * The server's secrets: from the configuration, else from the file beside the database, else new ones, saved in that file with
 * mode 0600. New ones only for a database without users, since other secrets invalidate every API key. For a database in memory
 * they are not saved.
 */
export async function loadSecrets(config: Config, store: Store): Promise<Secrets> {
  const { previousJwtSecrets, previousApiKeyPeppers } = config;
  return { ...(await loadCurrent(config, store)), previousJwtSecrets, previousApiKeyPeppers };
}

async function loadCurrent({ jwtSecret, apiKeyPepper, database }: Config, store: Store): Promise<Secrets> {
  if (jwtSecret !== null && apiKeyPepper !== null) return { jwtSecret, apiKeyPepper };
  if (database.engine !== 'sqlite') throw secretsRequired();
  const file = secretsFile(database);
  if (file === null) return newSecrets();
  return readSecretsFile(file) ?? (await createFile(file, store));
}

/** The server's secrets where there are some: makes none. Throws `ConfigError` where `requireSecrets` does. */
export async function readSecrets(config: Config): Promise<Secrets | null> {
  await requireSecrets(config);
  const { jwtSecret, apiKeyPepper, previousJwtSecrets, previousApiKeyPeppers, database } = config;
  const file = secretsFile(database);
  const kept = () => (file === null ? null : readSecretsFile(file));
  const current = jwtSecret !== null && apiKeyPepper !== null ? { jwtSecret, apiKeyPepper } : kept();
  return current && { ...current, previousJwtSecrets, previousApiKeyPeppers };
}

/** The error of a server on PostgreSQL without configured secrets: its processes must share them. */
export const secretsRequired = () =>
  new ConfigError(
    'On PostgreSQL, set CQ_JWT_SECRET and CQ_API_KEY_PEPPER (or their _FILE forms), to the same in every process.',
  );

const secretsLost = (file: string) =>
  new ConfigError(
    `${file} is missing, and the database has users. Put it back, or set CQ_JWT_SECRET and CQ_API_KEY_PEPPER to the secrets the database was used with.`,
  );

async function createFile(file: string, store: Store): Promise<Secrets> {
  if ((await store.users.count()) > 0) throw secretsLost(file);
  const secrets = newSecrets();
  // written under another name and then linked, so that the file is complete even if this process is killed
  const draft = `${file}.${randomBytes(6).toString('hex')}.partial`;
  try {
    writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    // another process has created it meanwhile
    const existing = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readSecretsFile(file) : null;
    if (existing) return existing;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The variables of secrets of which one is so short that it could be guessed. */
export function shortSecrets({
  jwtSecret,
  previousJwtSecrets = [],
  apiKeyPepper,
  previousApiKeyPeppers = [],
}: Secrets): string[] {
  const accepted = {
    CQ_JWT_SECRET: [jwtSecret],
    CQ_JWT_SECRET_PREVIOUS: previousJwtSecrets,
    CQ_API_KEY_PEPPER: [apiKeyPepper],
    CQ_API_KEY_PEPPER_PREVIOUS: previousApiKeyPeppers,
  };
  return Object.entries(accepted)
    .filter(([, values]) => values.some((secret) => Buffer.byteLength(secret) < 32))
    .map(([variable]) => variable);
}

/** Which of the database file, the secrets file and their folder are accessible to other users (group or world). */
export function readByOthers(database: Config['database']): string[] {
  const secrets = secretsFile(database);
  // on Windows the mode does not say who may read
  if (database.engine !== 'sqlite' || secrets === null || process.platform === 'win32') return [];
  return [dirname(database.file), database.file, secrets].filter((path) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & 0o055) !== 0;
  });
}

/** The secrets in a file; null if there is no file. Throws `ConfigError` for a file with other contents. */
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
