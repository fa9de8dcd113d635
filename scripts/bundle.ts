import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type InputOptions, type OutputChunk, rolldown } from 'rolldown';
import { readTypeDefs } from '../src/graphql/type-defs.ts';
import { migrate } from '../src/testing/template.ts';
import { type InstalledPackage, licencesOf, packagesOf } from './installed-packages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What has binaries, or types that the client's users see: installed with the package, or beside it by who wants it. */
const installed = (name: string) =>
  Object.keys({ ...dependencies, ...peerDependencies }).some((each) => name === each || name.startsWith(`${each}/`));

/** What is bundled, and how. */
const program: InputOptions = {
  cwd: root,
  input: [
    'src/cli.ts',
    'src/testing/start-test-server.ts',
    'src/store/sqlite/checkpoint-thread.ts',
    'src/store/sqlite/search-thread.ts',
    'src/store/sqlite/vacuum-thread.ts',
    'src/store/sqlite/diagnosis/integrity-check.ts',
    'src/embedding/local/model-thread.ts',
  ],
  platform: 'node',
  // its other form loads its modules in a way that cannot be followed
  resolve: { alias: { 'jsonc-parser': join(root, 'node_modules/jsonc-parser/lib/esm/main.js') } },
  // what drivers try to load, and do without: builds in C of what they also have in JavaScript
  external: (name) => installed(name) || ['pg-native', 'pg-cloudflare'].includes(name),
  logLevel: 'warn',
};

/**
 * Writes the server with all that it imports into few files, and beside them what it reads: it starts in a third of the time,
 * most of which Node takes to find and read eight hundred modules. Resolves with the packages of which there is something in it.
 */
export async function bundle(target: string): Promise<InstalledPackage[]> {
  const bundled = await rolldown(program);
  // a URL that is relative to a source's own file holds for what is one level below the root, as here
  const dir = join(target, 'server');
  const { output } = await bundled.write({
    dir,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundled.close();
  for (const file of output) if (file.type === 'chunk') writeFileSync(join(dir, file.fileName), inAscii(file.code));
  for (const path of ['agents', 'schema', 'samples', 'src/mcp/tools'])
    cpSync(join(root, path), join(target, path), { recursive: true });
  writeFileSync(join(target, 'schema.graphql'), readTypeDefs());
  writeFileSync(join(target, 'empty-database.gz'), gzipSync(await migrate()));
  const modules = output.flatMap((chunk) => ('moduleIds' in chunk ? (chunk as OutputChunk).moduleIds : []));
  const packages = packagesOf(modules);
  writeFileSync(join(target, 'THIRD-PARTY-LICENSES.txt'), licencesOf(packages));
  return packages;
}

/**
 * The files that the text of the bundle is of, by its source maps: where each character comes from, which is another account of it than the
 * bundler's list of modules.
 */
export async function mappedSources(): Promise<string[]> {
  const bundled = await rolldown(program);
  const { output } = await bundled.generate({ dir: root, sourcemap: true });
  await bundled.close();
  const sources = output.flatMap((file) => (file.type === 'chunk' ? (file.map?.sources ?? []) : []));
  return [...new Set(sources)].map((source) => resolve(root, source));
}

/**
 * A program with escapes in place of the characters that are not in ASCII. Node keeps the text of each module in memory, with two bytes
 * for each character where one of them needs two, and of more than a megabyte where one is not in ASCII. Escapes mean the same in strings,
 * templates, regular expressions and names, and something else only to what reads a template raw, or behind a backslash.
 */
function inAscii(code: string): string {
  if (/\bString\.raw`[^`]*[^\0-\x7f]|(?<!\\)(?:\\\\)*\\[^\0-\x7f]/.test(code))
    throw new Error('a raw template or a backslash has a character that would be escaped');
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
