// Makes dist/: the sources as JavaScript for plain Node, and beside them the files that they read.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTypeDefs } from '../src/graphql/schema.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

rmSync(join(root, 'dist'), { recursive: true, force: true });
// the client is for browsers too: with its types, and without those of Node
for (const project of ['tsconfig.build.json', 'tsconfig.client.json'])
  execFileSync(process.execPath, [compiler, '-p', project], { cwd: root, stdio: 'inherit' });
for (const folder of ['schema', 'samples', 'src/mcp/operations'])
  cpSync(join(root, folder), join(root, 'dist', folder), { recursive: true });
writeFileSync(join(root, 'dist', 'schema.graphql'), readTypeDefs());
