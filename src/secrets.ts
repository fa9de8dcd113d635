import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { z } from 'zod';
import { type Config, ConfigError } from './config.ts';
import type { Secrets } from './domain/tokens.ts';
import type { Store } from './store/store.ts';

const fileSchema = z.object({ jwtSecret: z.string().min(1), apiKeyPepper: z.string().min(1) });

/** Where a server keeps its own secrets: beside its database. */
export function secretsFile(database: string): string {
  const { dir, name } = parse(database);
  return join(dir, `${name}.secrets.json`);
}

/**
 * The server's secrets: from the configuration, else from the file beside the database, else new ones in that file,
 * readable by its owner only. New ones only for an empty database: with others than before, every API key is void.
 */
export async function loadSecrets({ jwtSecret, apiKeyPepper, database }: Config, store: Store): Promise<Secrets> {
  if (jwtSecret !== null && apiKeyPepper !== null) return { jwtSecret, apiKeyPepper };
  if (database.file === ':memory:') return newSecrets();
  const file = secretsFile(database.file);
  return readFile(file) ?? (await createFile(file, store));
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
    const existing = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readFile(file) : null;
    if (existing) return existing;
    throw error;
  }
}

function readFile(file: string): Secrets | null {
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
