import { globSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { ConfigError } from '../config/config.ts';
import { taggedTemplates } from './tagged-templates.ts';

/** A piece of GraphQL in a file: all of a file of GraphQL, or a template in a program. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Where in the file it begins, from 1. */
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a file, so that nothing of it is known. */
export interface FileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const graphql = ['.graphql', '.gql'];
const programs = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
const maxFiles = 20_000;
const [maxFileBytes, maxBytes] = [4 * 1024 * 1024, 128 * 1024 * 1024];

/**
 * The files of patterns such as `src/**\/*.graphql`, or names of files; one that begins with `!` leaves out. Folders `node_modules` and
 * `.git` are left out unless a pattern names them, and links to folders are not followed. Throws `ConfigError` for a pattern that matches
 * nothing that could hold an operation.
 */
export function filesOf(patterns: readonly string[]): string[] {
  const [wanted, left] = [
    patterns.filter((each) => !each.startsWith('!')),
    patterns.filter((each) => each.startsWith('!')),
  ];
  if (wanted.length === 0) throw new ConfigError('Every pattern begins with "!": name also what is to be checked.');
  const leftOut = new Set(left.flatMap((pattern) => globSync(pattern.slice(1))));
  const files = new Set<string>();
  for (const pattern of wanted) {
    const skipped = ['node_modules', '.git'].filter((name) => !pattern.includes(name));
    const found = globSync(pattern, { exclude: (name) => skipped.includes(name) });
    const fitting = found.filter((path) => isSource(path) && isFile(path));
    if (fitting.length === 0) throw new ConfigError(`${JSON.stringify(pattern)} ${whyNothing(pattern, found)}`);
    for (const file of fitting) if (!leftOut.has(file)) files.add(file);
    if (files.size > maxFiles)
      throw new ConfigError(`There are more than ${maxFiles} files: name fewer, or leave some out by "!pattern".`);
  }
  if (files.size === 0)
    throw new ConfigError('Nothing is left to be checked: the patterns with "!" leave out every file.');
  return [...files].sort();
}

/** A link that leads nowhere, or to itself, is none; what may not be looked at is one, which reading says. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ELOOP';
  }
}

const isSource = (path: string) => [...graphql, ...programs].includes(extname(path));

function whyNothing(pattern: string, found: readonly string[]): string {
  const endings = `files that end with ${[...graphql, ...programs].join(', ')} are read`;
  if (found.length === 0) return 'matches no file. Quote patterns, so that the shell leaves them as they are.';
  if (found.every((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory()))
    return `is a folder: name the files in it, as in '${pattern.replace(/\/$/, '')}/**/*.graphql'.`;
  return `matches nothing that could hold an operation: ${endings}.`;
}

/** Reads files. What cannot be read is a problem of its own. */
export function readSources(files: readonly string[]): { sources: SourceText[]; problems: FileProblem[] } {
  const sources: SourceText[] = [];
  const problems: FileProblem[] = [];
  let total = 0;
  for (const file of files) {
    try {
      const { size } = statSync(file);
      total += size;
      if (size > maxFileBytes) throw new Error(`The file has ${size} bytes, at most ${maxFileBytes} are read.`);
      if (total > maxBytes)
        throw new Error(`The files have more than ${maxBytes} bytes together, of which no more are read.`);
      const text = decode(readFileSync(file));
      if (graphql.includes(extname(file))) sources.push({ file, text, line: 1, column: 1 });
      else sources.push(...taggedTemplates(file, text));
    } catch (error) {
      const { message, loc } = error as Error & { loc?: { line: number; column: number } };
      problems.push({ file, line: loc?.line ?? 1, column: (loc?.column ?? 0) + 1, message });
    }
  }
  return { sources, problems };
}

function decode(bytes: Buffer): string {
  try {
    // takes a byte order mark away
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('The file is not UTF-8.');
  }
}
