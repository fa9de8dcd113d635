import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { ConflictError } from '../errors.ts';

/** A configuration file as it is. */
export interface ConfigFile {
  /** Where it is in truth: links are followed, so that a file that is kept elsewhere is changed there. */
  readonly path: string;
  /** Without a byte order mark; null where there is no file. */
  readonly text: string | null;
  readonly mark: '' | '\ufeff';
  /** The permission bits; null where there is no file. */
  readonly mode: number | null;
}

const maxBytes = 32 * 1024 * 1024;

/** Reads a file. Throws `ConflictError` for what is no file of text in UTF-8. */
export function readConfigFile(named: string): ConfigFile {
  const path = resolve(named);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return { path, text: null, mark: '', mode: null };
  if (!stats.isFile()) throw refused(named, 'is not a file');
  if (stats.size > maxBytes) throw refused(named, `has more than ${maxBytes} bytes`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) throw refused(named, 'is not text in UTF-8');
    throw refused(named, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  return { path, text: text.slice(mark.length), mark, mode: stats.mode & 0o7777 };
}

/** The file that a path leads to. The folders of one that is not there may be missing too. */
function resolve(named: string): string {
  try {
    return realpathSync(named);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw refused(named, 'is a link that leads to itself');
    if (code !== 'ENOENT') throw refused(named, `cannot be read (${code})`);
  }
  if (lstatSync(named, { throwIfNoEntry: false })?.isSymbolicLink())
    throw refused(named, 'is a link to a file that is not there');
  const folder = dirname(named);
  return folder === named ? named : join(resolve(folder), basename(named));
}

const refused = (path: string, problem: string) => new ConflictError(`${path} ${problem}. It is left as it is.`, []);

/** Throws `ConflictError` where a path in a folder leads out of it by a link: who made the project could have a file of the person changed. */
export function requireWithin(folder: string, named: string): void {
  const path = resolve(named);
  if (!path.startsWith(resolve(folder) + sep)) throw refused(named, `leads out of the project, to ${path}`);
}

/** Makes the folders that are missing, and answers which, outer ones first. */
export function makeFolders(path: string, mode = 0o777): string[] {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })) return [];
  const made = makeFolders(folder, mode);
  mkdirSync(folder, { mode, recursive: true });
  return [...made, folder];
}

/** Removes folders that nothing is in, inner ones first. Answers those that stay, since something is in them. */
export function removeFolders(folders: readonly string[]): string[] {
  const stay: string[] = [];
  for (const folder of folders.toSorted((one, other) => other.length - one.length))
    try {
      rmdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') stay.push(folder);
    }
  return stay;
}

/**
 * Replaces a file as a whole: a reader sees it as it was or as it is, also where this process dies. Fails if `expected` is not what is in it
 * any more.
 */
export function replaceFile({ path, mark, text: expected }: ConfigFile, text: string, mode: number): void {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.cq-`;
  // of a process that died with one, which may have a key in it
  for (const name of readdirSync(folder)) if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true });
  const temporary = join(folder, `${prefix}${randomBytes(6).toString('hex')}`);
  const owner = statSync(path, { throwIfNoEntry: false });
  const file = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(file, mark + text);
      fchmodSync(file, mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (owner && process.getuid?.() === 0) chownSync(temporary, owner.uid, owner.gid);
    if (readConfigFile(path).text !== expected)
      throw new ConflictError(`${path} was changed by another program just now. Nothing was written: try again.`, []);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes a file, if `expected` is still in it. */
export function removeFile({ path, text: expected }: ConfigFile): void {
  if (readConfigFile(path).text !== expected)
    throw new ConflictError(`${path} was changed by another program just now. Nothing was removed: try again.`, []);
  rmSync(path, { force: true });
}

/** Whether a path is within a working copy of git, and so may be committed. */
export function isInWorkingCopy(path: string): boolean {
  const folder = dirname(path);
  if (statSync(join(folder, '.git'), { throwIfNoEntry: false })) return true;
  return folder !== path && isInWorkingCopy(folder);
}
