import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs the packages of this folder, by its own lock file, unless they are there as that has them. No script runs, and nothing else of the
 * repository sees them.
 */
export function installOutside(folder = import.meta.dirname): void {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (Object.entries(dependencies).every(([name, version]) => versionOf(folder, name) === version)) return;
  process.stderr.write('Installing the other servers in bench/contestants/outside, once: npm ci\n');
  try {
    execFileSync('npm', ['ci', '--ignore-scripts'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
  } catch (cause) {
    throw new Error(
      'npm could not install the other servers, which needs a network. Name contestants by --contestants that need none of them.',
      { cause },
    );
  }
}

function versionOf(folder: string, name: string): string | undefined {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined;
}
