// Publishes tarballs of npm. One that is in the registry already is left alone, so that a release that stopped half way goes on; another one of
// the same name and version is refused.
//
//   node scripts/release/publish.ts [--registry URL] [--provenance] FILE.tgz…
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options, positionals: files } = parseArgs({
  options: {
    registry: { type: 'string', default: 'https://registry.npmjs.org' },
    provenance: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const registry = options.registry.replace(/\/$/, '');

for (const file of files) {
  const [, name, version] = /^(cq-server|cq-client)-(\d.*)\.tgz$/.exec(basename(file)) ?? [];
  if (!name || !version) throw new Error(`${file} is no tarball of cq-server or cq-client`);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  const there = await published(name, version);
  if (there !== undefined && there !== integrity)
    throw new Error(`${name} ${version} is in ${registry} with other contents: ${there}, and ${file} is ${integrity}`);
  if (there === integrity) {
    console.log(`${name} ${version} is in ${registry} already`);
    continue;
  }
  const args = ['publish', file, '--access=public', `--registry=${registry}/`];
  if (options.provenance) args.push('--provenance');
  // else what is tried out would be what everybody gets
  if (version.includes('-')) args.push('--tag=next');
  execFileSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  console.log(`${name} ${version} is published`);
}

/** The digest of what the registry has under this name and version; undefined where it has none. */
async function published(name: string, version: string): Promise<string | undefined> {
  const response = await fetch(`${registry}/${name}/${version}`);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  const { dist } = (await response.json()) as { dist?: { integrity?: string } };
  return dist?.integrity ?? 'nothing that says what it is';
}
