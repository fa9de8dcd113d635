// Makes dist-web/, the web page as the server sends it: built by Vite, and compressed.
//
//   node scripts/build-web.ts                          builds it, and says what it made
//   node scripts/build-web.ts --if-stale --optional    only where its sources have changed since; a failure is a line, and no failure
//   node scripts/build-web.ts --into dist              into dist/dist-web/, for the package
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify, stripVTControlCharacters } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { DocumentNode } from 'graphql';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    'if-stale': { type: 'boolean', default: false },
    optional: { type: 'boolean', default: false },
    into: { type: 'string', default: '.' },
  },
});
const target = join(root, options.into, 'dist-web');
/** In the folder that was made: what of. */
const stamp = '.sources';

const sources = fingerprint();
if (!options['if-stale'] || !isCurrent())
  try {
    await build();
  } catch (error) {
    if (!options.optional) throw error;
    const lines = stripVTControlCharacters((error as Error).message)
      .split('\n')
      .map((line) => line.trim());
    // the first one that is no heading
    const reason = lines.find((line) => line !== '' && !line.endsWith(':'))?.replace(/\.$/, '');
    const instead = existsSync(join(target, 'index.html')) ? 'with the one from before' : 'without one';
    console.error(
      `The web page could not be built, and the server starts ${instead}: ${reason}. See npm run web:build.`,
    );
  }

function fingerprint(): string {
  const hash = createHash('sha256');
  const files = globSync(['web/**', 'tsconfig.json', 'package-lock.json', 'scripts/build-web.ts'], {
    cwd: root,
  }).sort();
  for (const file of files.filter((name) => statSync(join(root, name)).isFile()))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

function isCurrent(): boolean {
  try {
    return readFileSync(join(target, stamp), 'utf8') === sources;
  } catch {
    return false;
  }
}

/** Into a folder of its own, which then takes the place of the one before: whoever starts meanwhile sees one or the other. */
async function build(): Promise<void> {
  // whatever the environment says, React is not to be that of development
  process.env.NODE_ENV = 'production';
  const unfinished = join(root, '.cache/web', String(process.pid));
  try {
    const vite = await import('vite');
    const logLevel = options.optional ? 'silent' : 'info';
    await vite.build({
      configFile: join(root, 'web/vite.config.ts'),
      logLevel,
      build: { outDir: unfinished, emptyOutDir: true },
    });
    await compress(unfinished);
    writeFileSync(join(unfinished, '.documents.json'), JSON.stringify(await documents()));
    writeFileSync(join(unfinished, stamp), sources);
    // another start may have been faster
    if (!options['if-stale'] || !isCurrent()) put(unfinished);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The operations of the page, as they are and as its client's cache completes them: what a server with trusted documents runs for it. */
async function documents(): Promise<string[]> {
  const { formatDocument, stringifyDocument } = await import('@urql/core');
  const generated: Record<string, DocumentNode> = await import('../web/src/gql/graphql.ts');
  return Object.entries(generated)
    .filter(([name]) => name.endsWith('Document'))
    .flatMap(([, document]) => [document, formatDocument(document)].map((each) => stringifyDocument(each)));
}

/** Beside each text that is worth it, what it is in gzip and in Brotli. */
async function compress(folder: string): Promise<void> {
  const files = globSync('**/*.{js,css,svg,json,txt,md}', { cwd: folder }).map((file) => join(folder, file));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
  const work = files.flatMap((file) => {
    const text = readFileSync(file);
    return [
      promisify(gzip)(text, { level: 9 }).then((zipped) => ({ file: `${file}.gz`, zipped, text })),
      promisify(brotliCompress)(text, quality).then((zipped) => ({ file: `${file}.br`, zipped, text })),
    ];
  });
  for (const { file, zipped, text } of await Promise.all(work))
    if (zipped.length < 0.9 * text.length) writeFileSync(file, zipped);
}

function put(made: string): void {
  mkdirSync(join(target, '..'), { recursive: true });
  const old = `${made}.old`;
  for (let attempt = 0; ; attempt++)
    try {
      // a folder cannot be renamed to one that has something in it
      if (existsSync(target)) renameSync(target, old);
      renameSync(made, target);
      return;
    } catch (error) {
      // another start has been at it at the same time
      if (attempt === 10) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
}
