import { join } from 'node:path';
import { compiles } from './compiler.ts';
import { type Coverage, type Covering, inSlots, testsOf } from './coverage.ts';
import { apply, type Mutant } from './mutant.ts';
import { Order } from './order.ts';
import { type RunOptions, runTests } from './run-suite.ts';
import type { TestFile } from './suite.ts';
import { copyProject, type Tree } from './tree.ts';

export type Outcome =
  | { readonly kind: 'noticed'; readonly by: string }
  | { readonly kind: 'survived'; readonly ran: number; readonly covering: number }
  | { readonly kind: 'refused' };

export interface Tried {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  readonly seconds: number;
}

export interface CampaignOptions {
  /** How many mutants to try, not counting those that the compiler refuses. */
  readonly sample: number;
  readonly slots: number;
  /** How long one mutant may take, in seconds; what has not been noticed by then has survived. */
  readonly mutantSeconds: number;
  /** Where copies of the project go. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Called with each one, as soon as it is known. */
  readonly tried?: (tried: Tried) => void;
}

/** Puts faults in, one at a time and slot, and runs the tests that may notice them. Those cut off by `signal` are left out. */
export async function tryMutants(
  project: string,
  mutants: readonly Mutant[],
  coverage: Coverage,
  options: CampaignOptions,
): Promise<Tried[]> {
  const all: Tried[] = [];
  const order = new Order();
  const waiting = [...mutants];
  let open = options.sample;
  await inSlots(options.slots, async (slot) => {
    const tree = copyProject(project, join(options.folder, `slot-${slot}`));
    if (!(await compiles(tree))) throw new Error('The compiler refuses the project as it is.');
    for (; open > 0 && waiting.length > 0 && !options.signal.aborted; ) {
      open--;
      const mutant = waiting.shift() as Mutant;
      const since = Date.now();
      const outcome = await tryMutant(tree, mutant, coverage, order, options);
      if (options.signal.aborted) return;
      if (outcome.kind === 'refused') open++;
      const tried = { mutant, outcome, seconds: (Date.now() - since) / 1000 };
      all.push(tried);
      options.tried?.(tried);
    }
  });
  return all;
}

async function tryMutant(
  tree: Tree,
  mutant: Mutant,
  coverage: Coverage,
  order: Order,
  { signal, mutantSeconds }: CampaignOptions,
): Promise<Outcome> {
  const source = tree.read(mutant.file);
  const tests = order.of(testsOf(coverage, mutant), mutant);
  let [by, ran]: [Failure | undefined, number] = [undefined, 0];
  const options = {
    bail: true,
    signal: AbortSignal.any([signal, AbortSignal.timeout(mutantSeconds * 1000)]),
    limit: (test: TestFile) => 4 * (tests.find(isTest(test))?.ms ?? 0) + 60_000,
  };
  tree.write(mutant.file, apply(source, mutant));
  try {
    if (mutant.file.endsWith('.ts') && !(await compiles(tree))) return { kind: 'refused' };
    if (tests.length > 0)
      await runTests(tree, tests, {
        ...options,
        passed: () => ran++,
        failed(test, what) {
          by ??= { test, what };
        },
      });
  } finally {
    tree.write(mutant.file, source);
  }
  if (!by) return { kind: 'survived', ran, covering: tests.length };
  const { test, what }: Failure = by;
  if (test) order.noticed(test, mutant);
  else await mustPass(tree, tests.slice(0, 1), { ...options, signal });
  return { kind: 'noticed', by: test ? `${test.file}: ${what}` : what };
}

interface Failure {
  readonly test: TestFile | undefined;
  readonly what: string;
}

/** A failure before the first test may be the work of the machine, and then every fault would count as noticed. */
async function mustPass(tree: Tree, tests: readonly TestFile[], options: RunOptions): Promise<void> {
  const failures: string[] = [];
  await runTests(tree, tests, {
    ...options,
    failed: (test, what) => failures.push(`${test?.file ?? 'vitest'}: ${what}`),
  });
  if (failures.length > 0) throw new Error(`The tests fail without a fault: ${failures[0]}`);
}

function isTest(test: { project: string; file: string }): (other: Covering) => boolean {
  return ({ project, file }) => project === test.project && file === test.file;
}
