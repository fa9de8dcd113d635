// Run by codegen after it wrote a file: it re-exports imported enum types as values, which type stripping cannot run.
import { readFileSync, writeFileSync } from 'node:fs';

for (const file of process.argv.slice(2))
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^export \{ (\w+) \};$/gm, 'export type { $1 };'));
