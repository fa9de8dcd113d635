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
import { readSecretsFile, secretsRequired } from './secrets.ts';

/**
 * Checks the local files of a configuration, without any connection: whether a server could start with them on this machine.
 * `serve` and `check-config` share it. Throws `ConfigError` with all problems.
 */
export function checkLocalFiles(config: Config): void {
  const inDatabase = databaseProblems(config);
  // the secrets file is beside the database: with an unusable database it is not checked
  const problems = inDatabase.length > 0 ? inDatabase : secretProblems(config);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
}

function secretProblems({ jwtSecret, database }: Config): string[] {
  if (jwtSecret !== null) return [];
  if (database.engine === 'postgres') return [secretsRequired().message];
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
  const why = existsSync(database.file) ? whyNotOpenable(database.file) : whyNotCreatable(database, migrate);
  return why === null ? [] : [`${nameOf(database)} ${why}`];
}

const nameOf = ({ variable, label }: DatabaseConfig) => `${variable} (${label})`;

/** The first bytes of every SQLite file. */
const magic = 'SQLite format 3\0';

function whyNotOpenable(file: string): string | null {
  const kind = statSync(file);
  if (kind.isDirectory()) return 'is a folder: name a file.';
  // opening a named pipe waits for ever
  if (!kind.isFile()) return 'is no regular file: name another file.';
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    // SQLite creates and removes its WAL in the same folder
    accessSync(dirname(resolve(file)), constants.W_OK | constants.X_OK);
  } catch (error) {
    return `cannot be written: let this process read and write the file and its folder. ${reasonOf(error)}`;
  }
  const start = firstBytes(file, magic.length);
  return start === '' || start === magic ? null : 'is no SQLite database, or it is encrypted: name another file.';
}

function whyNotCreatable({ file }: SqliteConfig, migrate: boolean): string | null {
  let folder = dirname(resolve(file));
  while (!existsSync(folder)) folder = dirname(folder);
  if (!statSync(folder).isDirectory()) return `cannot be made: ${folder} is no folder. Name a place in a folder.`;
  try {
    // try it: permission bits say nothing about the superuser, nor about folders like /proc
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
