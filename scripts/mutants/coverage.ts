import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openMemory } from './memory.ts';
import type { Mutant } from './mutant.ts';
import { type Block, blockOf, placeProbes } from './probes.ts';
import { findTests, runTests } from './run-suite.ts';
import type { TestFile } from './suite.ts';
import { copyProject } from './tree.ts';

/** What a test file runs when nothing is changed. */
export interface Covering extends TestFile {
  readonly ms: number;
  /** The numbers of the blocks; null where that is not known, since it fails when they are counted. */
  readonly blocks: readonly number[] | null;
}

export interface Coverage {
  readonly blocks: readonly Block[];
  readonly tests: readonly Covering[];
  /** Test files that fail when nothing is changed, which therefore cannot notice anything. */
  readonly broken: readonly (TestFile & { readonly what: string })[];
}

export interface CoverageOptions {
  /** Where copies of the project go. */
  readonly folder: string;
  readonly slots: number;
  readonly signal: AbortSignal;
  /** Takes only the test files whose path matches. */
  readonly tests?: RegExp;
  /** Called after each test file. */
  readonly progress?: (done: number, of: number) => void;
}

/** Test files are handed out in portions: one process of vitest for each. */
const portion = 6;
const limitMs = 600_000;

/**
 * Runs every test file by itself, once, in copies of the project. What has been measured before is not measured again
 * while the sources, the test file and what test files share are the same.
 */
export async function measureCoverage(
  project: string,
  sources: readonly string[],
  { folder, slots, signal, tests: wanted = /(?:)/, progress }: CoverageOptions,
): Promise<Coverage> {
  const plain = copyProject(project, join(folder, 'plain'));
  const remembered = openMemory(project);
  const all = (await findTests(plain, signal)).filter(({ file }) => wanted.test(file));
  const tests = all.flatMap((test) => remembered.recall(test) ?? []);
  const waiting = all.filter((test) => !remembered.recall(test));
  const doubtful: TestFile[] = [];
  const broken: Coverage['broken'][number][] = [];
  let blocks: readonly Block[] = [];

  const measured = (covering: Covering) => {
    tests.push(covering);
    remembered.keep(covering);
  };
  const advance = () => progress?.(tests.length + doubtful.length, all.length);

  await inSlots(slots, async (slot) => {
    const log = join(folder, `probes-${slot}.log`);
    const tree = copyProject(project, join(folder, `probes-${slot}`));
    blocks = placeProbes(tree, sources, log);
    while (waiting.length > 0) {
      rmSync(log, { force: true });
      await runTests(tree, waiting.splice(0, portion), {
        bail: false,
        // a module that files share would run its top level, and say so, for the first of them only
        apart: true,
        signal,
        limit: () => limitMs,
        passed(test, ms) {
          measured({ ...test, ms, blocks: takeLog(log) });
          advance();
        },
        failed(test) {
          takeLog(log);
          if (test) doubtful.push(test);
          advance();
        },
      });
    }
    rmSync(tree.root, { recursive: true });
  });

  signal.throwIfAborted();
  // a failure may be the work of the probes
  for (const test of new Map(doubtful.map((each) => [`${each.project} ${each.file}`, each])).values())
    await runTests(plain, [test], {
      bail: true,
      signal,
      limit: () => limitMs,
      passed: (_, ms) => measured({ ...test, ms, blocks: null }),
      failed: (_, what) => broken.push({ ...test, what }),
    });
  signal.throwIfAborted();
  rmSync(plain.root, { recursive: true });
  return { blocks, tests, broken };
}

export async function inSlots(slots: number, work: (slot: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: slots }, (_, slot) => work(slot)));
}

function takeLog(log: string): number[] {
  if (!existsSync(log)) return [];
  const blocks = readFileSync(log, 'utf8').split('\n').filter(Boolean).map(Number);
  rmSync(log);
  return [...new Set(blocks)];
}

/** Files that are read and not run: whoever runs a block of the second runs the first. */
const readBy: readonly (readonly [folder: string, reader: string])[] = [['schema/', 'src/graphql/schema.ts']];

/** The test files that run the place, or may. */
export function testsOf({ blocks, tests }: Coverage, mutant: Mutant): Covering[] {
  const reader = readBy.find(([folder]) => mutant.file.startsWith(folder))?.[1];
  const wanted = reader
    ? blocks.filter(({ file, start }) => file === reader && start > 0).map(({ id }) => id)
    : [blockOf(blocks, mutant.file, mutant)?.id];
  return tests.filter((test) => !test.blocks || wanted.some((id) => id !== undefined && test.blocks?.includes(id)));
}
