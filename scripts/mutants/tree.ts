import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A copy of the project to put faults into. What is installed is shared, and nothing else. */
export interface Tree {
  readonly root: string;
  /** Where its tests put their temporary files. */
  readonly temporary: string;
  read(file: string): string;
  write(file: string, source: string): void;
  clearTemporary(): void;
}

const notCopied = new Set(['node_modules', '.git', 'dist', 'dist-web', '.cache', 'data', 'coverage']);

export function copyProject(project: string, root: string): Tree {
  mkdirSync(root);
  for (const entry of readdirSync(project))
    if (!notCopied.has(entry)) cpSync(join(project, entry), join(root, entry), { recursive: true, filter: isCopied });
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
  const temporary = `${root}-tmp`;
  const clearTemporary = () => {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary);
  };
  clearTemporary();
  return {
    root,
    temporary,
    read: (file) => readFileSync(join(root, file), 'utf8'),
    write: (file, source) => writeFileSync(join(root, file), source),
    clearTemporary,
  };
}

function isCopied(path: string): boolean {
  return !/[\\/](node_modules|dist)$/.test(path);
}

/** The files below a folder, from the root, with `/`; none where there is no such folder. */
export function filesBelow(root: string, folder: string): string[] {
  let entries: ReturnType<typeof readFolder>;
  try {
    entries = readFolder(join(root, folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(root, `${folder}/${entry.name}`)
      : entry.isFile()
        ? [`${folder}/${entry.name}`]
        : [],
  );
}

function readFolder(path: string) {
  return readdirSync(path, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
}
