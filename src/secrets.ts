import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type Config, ConfigError } from './config.ts';
import { secretsFile } from './database-config.ts';
import type { Secrets } from './domain/tokens.ts';
import type { Store } from './store/store.ts';

const fileSchema = z.object({ jwtSecret: z.string().min(1), apiKeyPepper: z.string().min(1) });

/**
 * The server's secrets: from the configuration, else from the file beside the database, else new ones in that file,
 * readable by its owner only. New ones only for an empty database: with others than before, every API key is void.
 */
export async function loadSecrets({ jwtSecret, apiKeyPepper, database }: Config, store: Store): Promise<Secrets> {
  if (jwtSecret !== null && apiKeyPepper !== null) return { jwtSecret, apiKeyPepper };
  const file = secretsFile(database);
  if (file === null) return unkept(database);
  return readSecretsFile(file) ?? (await createFile(file, store));
}

/** Where no file keeps them: in memory secrets live as long as the database does, and on a server all processes share them. */
function unkept(database: Config['database']): Secrets {
  if (database.engine === 'sqlite') return newSecrets();
  throw new ConfigError(
    'On PostgreSQL, set CQ_JWT_SECRET and CQ_API_KEY_PEPPER (or their _FILE forms), to the same in every process.',
  );
}

async function createFile(file: string, store: Store): Promise<Secrets> {
  if ((await store.users.count()) > 0)
    throw new ConfigError(
      `${file} is missing, and the database has users. Put it back, or set CQ_JWT_SECRET and CQ_API_KEY_PEPPER to the secrets the database was used with.`,
    );
  const secrets = newSecrets();
  try {
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return secrets;
  } catch (error) {
    // another process was faster
    const existing = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readSecretsFile(file) : null;
    if (existing) return existing;
    throw error;
  }
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
