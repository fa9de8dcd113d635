import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../scripts/bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What tests run as `cq-server`; see `process.ts`. */
    program: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, '.cache/programs');
/** What a package is made of. */
const parts = [
  'agents',
  'bin',
  'migrations',
  'samples',
  'schema',
  'src',
  'scripts/bundle.ts',
  'dist-web/.sources',
  'package.json',
  'package-lock.json',
];
/** Another run may still be at work with the one that it has made. */
const kept = 3;

/**
 * Bundles the server for the processes that tests start: they run what a package holds, and start in a third of the time. One
 * that was made of the same sources is taken again.
 */
export default async function setup(project: TestProject) {
  const folder = join(cache, fingerprint());
  if (!existsSync(folder)) await make(folder);
  utimesSync(folder, new Date(), new Date());
  for (const old of newestFirst(cache).slice(kept)) rmSync(old, { recursive: true, force: true });
  project.provide('program', join(folder, 'bin', 'cq-server.js'));
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const files = globSync([...parts.map((part) => `${part}/**`), ...parts, '*.ts'], { cwd: root }).sort();
  for (const file of files.filter((name) => statSync(join(root, name)).isFile()))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 32);
}

/** Atomic: also when several processes make the same one at once. */
async function make(folder: string) {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  for (const path of ['bin', 'package.json']) cpSync(join(root, path), join(unfinished, path), { recursive: true });
  await bundle(join(unfinished, 'dist'));
  // test/web/setup.ts has made it
  cpSync(join(root, 'dist-web'), join(unfinished, 'dist/dist-web'), { recursive: true });
  try {
    renameSync(unfinished, folder);
  } catch {
    rmSync(unfinished, { recursive: true });
  }
}

/** What is in a folder; what another run removes meanwhile comes last. */
function newestFirst(folder: string): string[] {
  const entries = readdirSync(folder).map((name) => join(folder, name));
  const times = new Map(entries.map((entry) => [entry, statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 0]));
  return entries.sort((one, other) => (times.get(other) ?? 0) - (times.get(one) ?? 0));
}
