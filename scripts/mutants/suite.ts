// A process of its own: runs test files of one tree, one after the other, and sends its parent what becomes of each.
import { createVitest, type TestModule, type TestSpecification } from 'vitest/node';

/** A test file, in one project of the configuration. */
export interface TestFile {
  readonly project: string;
  /** From the root, with `/`. */
  readonly file: string;
}

export interface SuiteRequest {
  /** What to run, in this order; every test file is named, and none run, without. */
  readonly tests?: readonly TestFile[];
  /** Whether the first failure is enough. */
  readonly bail: boolean;
  /** Whether each test file loads modules of its own, whatever the configuration says. */
  readonly apart?: boolean;
}

export type SuiteMessage =
  | { readonly kind: 'found'; readonly tests: readonly TestFile[] }
  | { readonly kind: 'started' | 'passed'; readonly test: TestFile }
  | { readonly kind: 'failed'; readonly test?: TestFile; readonly what: string }
  | { readonly kind: 'done' };

function tell(message: SuiteMessage): void {
  process.send?.(message);
}

const request: SuiteRequest = JSON.parse(process.argv[2] as string);
const root = process.cwd();

const testOf = ({ project, moduleId }: TestModule | TestSpecification): TestFile => ({
  project: project.name,
  file: moduleId.slice(root.length + 1).replaceAll('\\', '/'),
});
const order = new Map((request.tests ?? []).map(({ project, file }, place) => [`${project} ${file}`, place]));
const placeOf = (specification: TestSpecification) => {
  const { project, file } = testOf(specification);
  return order.get(`${project} ${file}`) ?? 0;
};

class InOrder {
  shard(all: TestSpecification[]): TestSpecification[] {
    return all;
  }
  sort(all: TestSpecification[]): TestSpecification[] {
    return all.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

const vitest = await createVitest({
  root,
  watch: false,
  bail: request.bail ? 1 : 0,
  maxWorkers: 1,
  ...(request.apart && { isolate: true }),
  coverage: { enabled: false },
  sequence: { sequencer: InOrder },
  reporters: [
    {
      onTestModuleQueued: (module) => tell({ kind: 'started', test: testOf(module) }),
      onTestModuleEnd: (module) =>
        tell(
          module.ok()
            ? { kind: 'passed', test: testOf(module) }
            : { kind: 'failed', test: testOf(module), what: whatFailed(module) },
        ),
    },
  ],
});

const all = await vitest.globTestSpecifications();
if (request.tests) {
  const { unhandledErrors } = await vitest.runTestSpecifications(
    all.filter((specification) => order.has(`${specification.project.name} ${testOf(specification).file}`)),
  );
  for (const error of unhandledErrors) tell({ kind: 'failed', what: String((error as Error).message ?? error) });
} else tell({ kind: 'found', tests: all.map(testOf) });
tell({ kind: 'done' });
await vitest.close();
process.exit();

function whatFailed(module: TestModule): string {
  for (const test of module.children.allTests('failed')) return test.fullName;
  return module.errors()[0]?.message ?? 'a hook';
}
