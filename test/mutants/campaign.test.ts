import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runTests } from '../../scripts/mutants/run-suite.ts';
import { copyProject } from '../../scripts/mutants/tree.ts';
import { campaign } from '../campaign.ts';
import { temporaryFolder } from '../process.ts';
import { smallProject } from './project.ts';

const program = fileURLToPath(new URL('../../scripts/mutants.ts', import.meta.url));

function testMutants(
  cwd: string,
  temporary: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, TMPDIR: temporary };
  return new Promise((resolve) =>
    execFile(process.execPath, [program, '--slots', '1', ...args], { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
}

it('names the faults that no test notices, and leaves nothing behind', async () => {
  using project = smallProject();
  using temporary = temporaryFolder();
  const files = ['entry', 'child', 'unused'].map((name) => `src/${name}.ts`);
  const report = temporary.file('report.md');

  const { code, stdout } = await testMutants(
    project.path,
    temporary.path,
    ...files,
    '--at-least',
    '80',
    '--report',
    report,
  );

  expect(stdout).toContain('noticed 3 of 5 (60.0 %)');
  expect(stdout).toMatch(/noticed {3}src\/entry\.ts:1 {2}boundary .* by test\/entry\.test\.ts: 18/);
  expect(stdout).toMatch(/noticed {3}src\/child\.ts:2 {2}comparison/);
  expect(stdout).toMatch(
    /SURVIVED {2}src\/child\.ts:2 {2}boundary .* 2 test files ran it\n {2}- return age < 12;\n {2}\+ return age <= 12;/,
  );
  expect(stdout).toMatch(/SURVIVED {2}src\/unused\.ts:1 {2}comparison .* no test runs it/);
  expect(stdout).toContain('Fewer than 80.0 % were noticed.');
  expect(code).toBe(1);
  expect(readFileSync(report, 'utf8')).toContain('src/child.ts:2');
  expect(readdirSync(temporary.path)).toEqual(['report.md']);
  expect(readFileSync(project.file('src/child.ts'), 'utf8')).toContain('age < 12');

  // what has been measured is not measured again
  const rest = await testMutants(project.path, temporary.path, 'src/entry.ts', '--sample', '1', '--at-least', '100');
  expect(rest.stdout).toContain('noticed 1 of 1 (100.0 %)');
  expect(rest.stdout).not.toContain('test files looked at');
  expect(rest.code).toBe(0);
});

it('takes a test that does not end for one that fails', async () => {
  using project = smallProject({
    'test/endless.test.ts': "import { it } from 'vitest'; it('hangs', () => { for (;;); });",
  });
  using temporary = temporaryFolder();
  const tree = copyProject(project.path, join(temporary.path, 'copy'));
  const failures: string[] = [];
  await runTests(tree, [{ project: '', file: 'test/endless.test.ts' }], {
    bail: true,
    limit: () => 1,
    failed: (test, what) => failures.push(`${test?.file}: ${what}`),
    signal: new AbortController().signal,
  });
  expect(failures).toEqual(['test/endless.test.ts: takes too long']);
});

it.runIf(campaign(false, true))(
  'says that the tests cannot run, instead of taking every fault for noticed',
  async () => {
    using project = smallProject();
    using temporary = temporaryFolder();
    const files = ['src/child.ts', '--sample', '1'];
    const setup = "export default { test: { isolate: false, globalSetup: ['setup.ts'] } };";
    writeFileSync(project.file('vitest.config.ts'), setup);
    writeFileSync(project.file('setup.ts'), 'export default () => {};');
    expect((await testMutants(project.path, temporary.path, ...files)).stdout).toContain('noticed 1 of 1');
    // as when the database is gone
    writeFileSync(project.file('setup.ts'), "export default () => { throw new Error('no database'); };");
    const { code, stdout, stderr } = await testMutants(project.path, temporary.path, ...files);
    expect(stdout).not.toContain('noticed ');
    expect(stderr).toContain('The tests fail without a fault');
    expect(code).toBe(1);
  },
);
