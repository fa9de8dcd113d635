import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../process.ts';

const files: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'es2024',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      types: ['node'],
      skipLibCheck: true,
    },
    include: ['src'],
  }),
  'src/entry.ts': 'export const mayEnter = (age: number) => age >= 18;\n',
  'src/child.ts': 'export function isChild(age: number): boolean {\n  return age < 12;\n}\n',
  'src/unused.ts': 'export const isOld = (age: number) => age === 90;\n',
  'src/cli.ts': "import { mayEnter } from './entry.ts';\nconsole.log(mayEnter(Number(process.argv[2])));\n",
  // through a process that is killed, as a server is
  'test/entry.test.ts': `import { spawn } from 'node:child_process';
    import { expect, it } from 'vitest';
    it.each([[17, 'false'], [18, 'true'], [19, 'true']])('%d', async (age, expected) => {
      const child = spawn(process.execPath, ['src/cli.ts', String(age)]);
      const said = await new Promise((resolve) => child.stdout.once('data', resolve));
      child.kill('SIGKILL');
      expect(String(said).trim()).toBe(expected);
    });`,
  // files that share modules are told apart all the same
  'vitest.config.ts': 'export default { test: { isolate: false } };',
  'test/adult.test.ts': `import { it } from 'vitest';
    import { isChild } from '../src/child.ts';
    it('asks and does not look', () => void isChild(40));`,
  'test/child.test.ts': `import { expect, it } from 'vitest';
    import { isChild } from '../src/child.ts';
    it('knows children', () => expect([isChild(5), isChild(30)]).toEqual([true, false]));`,
};

/**
 * A small project whose tests notice every fault of `entry.ts`, and all but one of `child.ts`; no test runs `unused.ts`.
 * `more` are further files.
 */
export function smallProject(more: Record<string, string> = {}) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries({ ...files, ...more })) {
    mkdirSync(dirname(folder.file(name)), { recursive: true });
    writeFileSync(folder.file(name), text);
  }
  for (const name of ['vitest', '@types/node']) {
    mkdirSync(dirname(folder.file(join('node_modules', name))), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules', name), folder.file(join('node_modules', name)));
  }
  return folder;
}
