import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tree } from './tree.ts';

const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

/**
 * Whether the compiler takes the sources of the tree. A fault that it refuses cannot be handed in, and says nothing about
 * the tests. What is no longer used is let pass: who hands in such a fault would have tidied up.
 */
export async function compiles(tree: Tree): Promise<boolean> {
  const config = existsSync(join(tree.root, 'tsconfig.build.json')) ? 'tsconfig.build.json' : 'tsconfig.json';
  const settings = ['-p', config, '--noEmit', '--noUnusedLocals', 'false', '--noUnusedParameters', 'false'];
  // what has not changed since the last time is not looked at again
  const remembered = ['--incremental', '--tsBuildInfoFile', `${tree.root}.tsbuildinfo`];
  return new Promise((resolve, reject) =>
    execFile(process.execPath, [compiler, ...settings, ...remembered], { cwd: tree.root }, (error, stdout) => {
      if (error && !/error TS\d+/.test(stdout)) reject(error);
      else resolve(!error);
    }),
  );
}
