import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The test files that import `test/postgres/`, or something that does. The harness does not count: where its servers are is said by the
 * project.
 */
export function askingForPostgres(root: string, files: readonly string[]): string[] {
  const known = new Map<string, boolean>([['test/harness.ts', false]]);
  const asks = (file: string): boolean => {
    const answer = known.get(file);
    if (answer !== undefined) return answer;
    // for files that import each other
    known.set(file, false);
    const asking = file.startsWith('test/postgres/') || importsOf(root, file).some(asks);
    known.set(file, asking);
    return asking;
  };
  return files.filter(asks);
}

function importsOf(root: string, file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/(?:from |import\()'(\.[^']+\.ts)'/g)]
    .map(([, path = '']) => join(file, '..', path))
    .filter((path) => path.startsWith('test/') && existsSync(join(root, path)));
}
