import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Covering } from './coverage.ts';
import type { TestFile } from './suite.ts';
import { filesBelow } from './tree.ts';

/** What has been measured of test files, beside what is installed. */
export interface Memory {
  recall(test: TestFile): Covering | undefined;
  keep(covering: Covering): void;
}

export function openMemory(project: string): Memory {
  const read = (file: string) => readFileSync(join(project, file));
  const files = ['src', 'schema', 'migrations', 'bin', 'test'].flatMap((folder) => filesBelow(project, folder));
  const single = ['package.json', 'package-lock.json', 'vitest.config.ts'].filter((file) =>
    existsSync(join(project, file)),
  );
  const shared = createHash('sha256');
  for (const file of [...files, ...single]) if (!file.endsWith('.test.ts')) shared.update(file).update(read(file));
  const path = join(project, 'node_modules', '.cache', 'mutants', `${shared.digest('hex').slice(0, 32)}.jsonl`);
  const version = ({ file }: TestFile) => createHash('sha256').update(read(file)).digest('hex');
  const kept = new Map<string, Covering>();
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []) {
    const { key, covering } = JSON.parse(line);
    kept.set(key, covering);
  }
  const keyOf = (test: TestFile) => `${test.project} ${test.file} ${version(test)}`;
  return {
    recall: (test) => kept.get(keyOf(test)),
    keep(covering) {
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${JSON.stringify({ key: keyOf(covering), covering })}\n`);
    },
  };
}
