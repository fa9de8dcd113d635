import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputChunk, rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What has binaries, or types that the client's users see: installed with the package, or beside it by who wants it. */
const installed = (name: string) =>
  Object.keys({ ...dependencies, ...peerDependencies }).some((each) => name === each || name.startsWith(`${each}/`));

/**
 * Writes the server with all that it imports into few files, and beside them what it reads: it starts in a third of the time,
 * most of which Node takes to find and read eight hundred modules.
 */
export async function bundle(target: string): Promise<void> {
  const bundled = await rolldown({
    cwd: root,
    input: [
      'src/cli.ts',
      'src/store/sqlite/checkpoint-thread.ts',
      'src/store/sqlite/search-thread.ts',
      'src/store/sqlite/vacuum-thread.ts',
      'src/embedding/local/model-thread.ts',
    ],
    platform: 'node',
    // what drivers try to load, and do without: builds in C of what they also have in JavaScript
    external: (name) => installed(name) || ['pg-native', 'pg-cloudflare'].includes(name),
    logLevel: 'warn',
  });
  // a URL that is relative to a source's own file holds for what is one level below the root, as here
  const dir = join(target, 'server');
  const { output } = await bundled.write({
    dir,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundled.close();
  for (const file of output) if (file.type === 'chunk') writeFileSync(join(dir, file.fileName), inLatin1(file.code));
  for (const path of ['schema', 'samples', 'src/mcp/tools'])
    cpSync(join(root, path), join(target, path), { recursive: true });
  const modules = output.flatMap((chunk) => ('moduleIds' in chunk ? (chunk as OutputChunk).moduleIds : []));
  writeFileSync(join(target, 'THIRD-PARTY-LICENSES.txt'), licensesOf(modules));
}

/**
 * A program with escapes in place of the characters that are not in Latin-1. Node keeps the text of each module in memory, with two bytes
 * for each character where one of them needs two. Escapes mean the same in strings, templates, regular expressions and names, and
 * something else only to what reads a template raw.
 */
function inLatin1(code: string): string {
  if (/\bString\.raw`[^`]*[^\0-\xff]/.test(code))
    throw new Error('a raw template has a character that would be escaped');
  return code.replace(/[^\0-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The licences of the packages that these files are of, which everybody who passes them on has to pass on too. */
function licensesOf(files: readonly string[]): string {
  const folders = new Set(
    files.flatMap((file) => /^(?:.*\/node_modules\/(?:@[^/]+\/)?[^/]+)(?=\/)/.exec(file)?.[0] ?? []),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return [...new Set(texts)].join(`\n${'-'.repeat(80)}\n\n`);
}
