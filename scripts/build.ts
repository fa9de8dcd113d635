// Makes dist/: the server as few files of JavaScript for plain Node, what they read, the web page, the client and the server for tests
// with their types, and the bill of materials.
import { execFileSync, type StdioOptions } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { graphqlSchema } from '../src/graphql/schema.ts';
import { bundle } from './bundle.ts';
import { sbomOf } from './sbom.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const dist = join(root, 'dist');

// standard output is the caller's: npm pack --json writes its JSON there
const toStandardError: StdioOptions = ['ignore', process.stderr, 'inherit'];
const runNode = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, stdio: toStandardError });

// here SDL and resolvers are checked, which a server that starts from dist/ takes for granted
graphqlSchema();
rmSync(dist, { recursive: true, force: true });
const bundled = await bundle(dist);
// for browsers too: without the types of Node
runNode(compiler, '-p', 'tsconfig.client.json');
runNode(compiler, '-p', 'tsconfig.testing.json');
runNode('scripts/build-web.ts', '--into', 'dist');
const pageLicences = readFileSync(join(dist, 'dist-web', 'THIRD-PARTY-LICENSES.md'), 'utf8');
// beside the program: scanners of images find it there by its name
writeFileSync(join(dist, 'sbom.cdx.json'), JSON.stringify(sbomOf(bundled, pageLicences), null, 1));
