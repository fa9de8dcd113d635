import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeEdits } from './code-rules.ts';
import { describe, type Edit, type Mutant } from './mutant.ts';
import { schemaEdits } from './schema-rules.ts';
import { filesBelow } from './tree.ts';

/** Where faults are put: what the package is made of. */
const folders = ['src', 'schema', 'migrations'];

/** The files that hold places to change. */
export function sourceFiles(project: string): string[] {
  return folders.flatMap((folder) => filesBelow(project, folder)).filter((file) => editsOf(file) !== undefined);
}

/** Those of them that differ from where this branch left `base`, whether committed or not. */
export function changedFiles(project: string, base: string): string[] {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, encoding: 'utf8' }).split('\n');
  const changed = new Set([
    ...git('diff', '--name-only', '--relative', '--diff-filter=d', '--merge-base', base),
    ...git('ls-files', '--others', '--exclude-standard'),
  ]);
  return sourceFiles(project).filter((file) => changed.has(file));
}

export function mutantsOf(project: string, files: readonly string[]): Mutant[] {
  return files.flatMap((file) => {
    const source = readFileSync(join(project, file), 'utf8');
    return (editsOf(file)?.(source) ?? []).map((edit) => describe(file, source, edit));
  });
}

function editsOf(file: string): ((source: string) => Edit[]) | undefined {
  if (/\.generated\.|\.d\.ts$/.test(file)) return undefined;
  if (file.endsWith('.ts')) return codeEdits;
  return file.startsWith('schema/') && file.endsWith('.graphql') ? schemaEdits : undefined;
}
