import type { Covering } from './coverage.ts';
import type { Mutant } from './mutant.ts';
import type { TestFile } from './suite.ts';

/** Which test files have noticed what, for those that come later. */
export class Order {
  readonly #noticed = new Map<string, number>();

  noticed({ project, file }: TestFile, mutant: Mutant): void {
    for (const place of [mutant.file, folderOf(mutant)]) {
      const key = `${project} ${file} ${place}`;
      this.#noticed.set(key, (this.#noticed.get(key) ?? 0) + 1);
    }
  }

  /** The test files, those first that promise most for the time that they take. */
  of(tests: readonly Covering[], mutant: Mutant): Covering[] {
    const widest = Math.max(1, ...tests.map(({ blocks }) => blocks?.length ?? 1));
    const promise = (test: Covering) => {
      const times = (place: string) => this.#noticed.get(`${test.project} ${test.file} ${place}`) ?? 0;
      const narrow = test.blocks ? 1 - test.blocks.length / widest : 0;
      const again = tests.some(
        ({ file, project }) => file === test.file && project !== test.project && project < test.project,
      );
      const hope = 1 + 3 * sharedWords(test, mutant) + 2 * narrow + 4 * times(mutant.file) + times(folderOf(mutant));
      return (hope * (again && !mutant.file.includes(test.project) ? 0.2 : 1)) / (test.ms + 1000);
    };
    return tests
      .map((test) => ({ test, value: test.blocks ? promise(test) : -1 }))
      .sort((one, other) => other.value - one.value)
      .map(({ test }) => test);
  }
}

function folderOf({ file }: Mutant): string {
  return file.slice(0, file.lastIndexOf('/'));
}

/** `src/store/postgres/replicas.ts` and `test/faults/replicas.test.ts` share one. */
function sharedWords(test: TestFile, mutant: Mutant): number {
  const words = wordsOf(test.file);
  return [...wordsOf(mutant.file)].filter((word) => words.has(word)).length;
}

function wordsOf(path: string): Set<string> {
  const everywhere = new Set(['src', 'test', 'ts', 'index']);
  return new Set(path.split(/[^a-z]+/).filter((word) => word && !everywhere.has(word)));
}
