import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Config, ConfigError } from './config.ts';
import { type DatabaseConfig, type SqliteConfig, secretsFile } from './database.ts';
import { readSecretsFile, unshared } from './secrets.ts';

/**
 * What can be said of a configuration without any connection: whether a server may start with it on this machine. `serve` and
 * `check-config` both ask it, so that they agree. Throws `ConfigError` with everything that is in the way.
 */
export function checkConfig(config: Config): void {
  const ofDatabase = databaseProblems(config);
  // secrets are beside the database: where that cannot be, nothing is said of them
  const problems = ofDatabase.length > 0 ? ofDatabase : secretProblems(config);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
}

function secretProblems({ jwtSecret, database }: Config): string[] {
  if (jwtSecret !== null) return [];
  if (database.engine === 'postgres') return [unshared().message];
  const file = secretsFile(database);
  try {
    if (file !== null) readSecretsFile(file);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function databaseProblems({ database, migrate }: Config): string[] {
  if (database.engine !== 'sqlite' || database.file === ':memory:') return [];
  const why = existsSync(database.file) ? whyNotOpened(database.file) : whyNotMade(database, migrate);
  return why === null ? [] : [`${nameOf(database)} ${why}`];
}

const nameOf = ({ variable, label }: DatabaseConfig) => `${variable} (${label})`;

const header = 'SQLite format 3\0';

function whyNotOpened(file: string): string | null {
  if (statSync(file).isDirectory()) return 'is a folder: name a file.';
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    // the log of the database is made and removed beside it
    accessSync(dirname(resolve(file)), constants.W_OK | constants.X_OK);
  } catch (error) {
    return `cannot be written: let this process read and write the file and its folder. ${reasonOf(error)}`;
  }
  const start = firstBytes(file, header.length);
  return start === '' || start === header ? null : 'is no SQLite database, or it is encrypted: name another file.';
}

function whyNotMade({ file }: SqliteConfig, migrate: boolean): string | null {
  let folder = dirname(resolve(file));
  while (!existsSync(folder)) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) return `cannot be made: ${folder} is no folder. Name a place in a folder.`;
  try {
    // the only way to know: rights say nothing of what the superuser may, nor of folders like /proc
    rmdirSync(mkdtempSync(join(folder, '.cq-check-')));
  } catch (error) {
    return `cannot be made in ${folder}: let this process write there, or name another place. ${reasonOf(error)}`;
  }
  return migrate ? null : 'is not there, and CQ_MIGRATE=off makes none: run "cq-server migrate".';
}

function firstBytes(file: string, count: number): string {
  const bytes = Buffer.alloc(count);
  const handle = openSync(file, 'r');
  try {
    return bytes.toString('latin1', 0, readSync(handle, bytes, 0, count, 0));
  } finally {
    closeSync(handle);
  }
}

const reasonOf = (error: unknown) => `(${(error as Error).message})`;
