// Makes dist/: the server as few files of JavaScript for plain Node, what they read, the web page, and the client with its types.
import { execFileSync, type StdioOptions } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTypeDefs } from '../src/graphql/schema.ts';
import { bundle } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const dist = join(root, 'dist');

// standard output is the caller's: npm pack --json writes its JSON there
const toStandardError: StdioOptions = ['ignore', process.stderr, 'inherit'];
const runNode = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, stdio: toStandardError });

rmSync(dist, { recursive: true, force: true });
await bundle(dist);
// for browsers too: without the types of Node
runNode(compiler, '-p', 'tsconfig.client.json');
runNode('scripts/build-web.ts', '--into', 'dist');
writeFileSync(join(dist, 'schema.graphql'), readTypeDefs());
