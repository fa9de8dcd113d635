// Makes the packages that are published, as tarballs of npm: cq-server, and cq-client, which is the client of it alone.
//
//   node scripts/package.ts [--json] [--pack-destination FOLDER]
//     --built            takes dist/ as it is
//     --repository URL   where the sources are, which npm compares with where the package was built
//     --announced        with READMEs that name the packages: for what is published in the next step
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    'pack-destination': { type: 'string', default: '.' },
    built: { type: 'boolean', default: false },
    repository: { type: 'string' },
    announced: { type: 'boolean', default: false },
  },
});

/** Standard output is the caller's: with `--json` it is JSON, whatever the build has to say. */
const runNode = (...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', process.stderr, 'inherit'] });

if (!options.built) runNode('scripts/build.ts');
const staged = join(root, '.cache/packages', String(process.pid));
try {
  const folders = [stageServer(join(staged, 'cq-server')), stageClient(join(staged, 'cq-client'))];
  if (options.announced) runNode('scripts/release/announce.ts', '--in', staged);
  const destination = resolve(root, options['pack-destination']);
  const args = ['pack', ...folders, `--pack-destination=${destination}`, ...(options.json ? ['--json'] : [])];
  execFileSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
} finally {
  rmSync(staged, { recursive: true, force: true });
}

function stageServer(folder: string): string {
  const { files, ...manifest } = readJson('package.json');
  for (const path of [...files, 'README.md', 'LICENSE']) copy(path, join(folder, path));
  return withManifest(folder, { ...manifest, files });
}

/** The client as it is in cq-server, to the byte. */
function stageClient(folder: string): string {
  for (const path of globSync('dist/src/client/*.{js,d.ts}', { cwd: root }))
    copy(path, join(folder, path.replaceAll('\\', '/').replace('dist/src/client/', 'dist/')));
  copy('LICENSE', join(folder, 'LICENSE'));
  copy('packages/cq-client/README.md', join(folder, 'README.md'));
  return withManifest(folder, readJson('packages/cq-client/package.json'), 'packages/cq-client');
}

/** Without what is for a checkout alone: `private` keeps everybody from publishing that. */
function withManifest(folder: string, manifest: Record<string, unknown>, directory?: string): string {
  const { private: _, scripts, devDependencies, overrides, ...published } = manifest;
  const repository = options.repository && { type: 'git', url: `git+${options.repository}.git`, directory };
  const text = JSON.stringify({ ...published, ...(repository && { repository }) }, null, 2);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), `${text}\n`);
  return folder;
}

function copy(from: string, to: string): void {
  cpSync(join(root, from), to, { recursive: true });
}

function readJson(path: string) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
