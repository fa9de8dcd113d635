import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SuiteMessage, SuiteRequest, TestFile } from './suite.ts';
import type { Tree } from './tree.ts';

export interface RunOptions extends Pick<SuiteRequest, 'bail' | 'apart'> {
  /** How long a test file may take, in milliseconds; longer is a failure. */
  limit(test: TestFile): number;
  /** Called with each test file that has passed, and how many milliseconds it took. */
  passed?(test: TestFile, ms: number): void;
  /** Called with each test file that fails, and the name of its first test that does. */
  failed?(test: TestFile | undefined, what: string, ms: number): void;
  /** When all is to end, whatever runs. */
  readonly signal: AbortSignal;
}

const program = fileURLToPath(new URL('./suite.ts', import.meta.url));
/** For vitest to start or to end in. */
const besideTests = 60_000;
/** What a failed suite has to give back its databases and folders. */
const toCleanUp = 10_000;

/** Every test file of the project. */
export async function findTests(tree: Tree, signal: AbortSignal): Promise<readonly TestFile[]> {
  let found: readonly TestFile[] | undefined;
  await runSuite(
    tree,
    { bail: false },
    signal,
    () => besideTests,
    (message) => {
      if (message.kind === 'found') found = message.tests;
    },
  );
  if (!found) throw new Error('vitest finds no test files here.');
  return found;
}

/** Runs test files one after the other. Resolves when no process of them is left. */
export async function runTests(tree: Tree, tests: readonly TestFile[], options: RunOptions): Promise<void> {
  let current: TestFile | undefined;
  let since = Date.now();
  const limit = (message?: SuiteMessage) => {
    if (message?.kind === 'started') return options.limit(message.test);
    return message?.kind === 'failed' && options.bail ? toCleanUp : besideTests;
  };
  const end = await runSuite(
    tree,
    // nothing else of them: what they cover is longer than an argument of a process may be
    { tests: tests.map(({ project, file }) => ({ project, file })), bail: options.bail, apart: options.apart },
    options.signal,
    limit,
    (message) => {
      if (message.kind === 'started') current = message.test;
      if (message.kind === 'passed') options.passed?.(message.test, Date.now() - since);
      if (message.kind === 'failed') options.failed?.(message.test ?? current, message.what, Date.now() - since);
      if (message.kind !== 'started') since = Date.now();
    },
  );
  if (end !== 'done' && !options.signal.aborted) options.failed?.(current, end, Date.now() - since);
}

/** The last thing that happened: `done`, or why it did not come to that. */
async function runSuite(
  tree: Tree,
  request: SuiteRequest,
  signal: AbortSignal,
  limit: (message?: SuiteMessage) => number,
  receive: (message: SuiteMessage) => void,
): Promise<string> {
  if (signal.aborted) return 'aborted';
  const child = fork(program, [JSON.stringify(request)], {
    cwd: tree.root,
    // with a group of its own, so that whatever the tests have started ends with it
    detached: true,
    env: { ...process.env, TMPDIR: tree.temporary, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let [end, errors, failed] = ['', '', false];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const stop = () => killGroup(child);
  let timer = setTimeout(stop, limit());
  child.on('message', (message: SuiteMessage) => {
    if (message.kind === 'done') end = 'done';
    receive(message);
    if (failed) return;
    failed = message.kind === 'failed' && request.bail;
    clearTimeout(timer);
    timer = setTimeout(() => {
      end ||= failed ? 'done' : 'takes too long';
      stop();
    }, limit(message));
  });
  signal.addEventListener('abort', stop);
  await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  killGroup(child);
  tree.clearTemporary();
  return end || (failed ? 'done' : `vitest ended: ${errors.trim().split('\n')[0] || 'without a word'}`);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
