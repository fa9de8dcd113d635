import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { finished, start, temporaryFolder } from '../process.ts';

const check = join(fileURLToPath(new URL('../..', import.meta.url)), 'scripts/release/check.ts');

// that a checkout passes is in ../package.test.ts
it('a release that is none fails, with everything that is wrong and what is not', async () => {
  using folder = temporaryFolder();
  const args = ['--tag', 'v99.0.0', '--packages', folder.path];
  const { code, stdout, stderr } = await finished(start(args, {}, [process.execPath, check]));
  expect([code, stderr]).toEqual([1, '']);
  const lines = stdout.split('\n');
  const outcome = (name: string) => lines.find((line) => line.slice(5).startsWith(name))?.slice(0, 4);
  expect(outcome('one version everywhere')).toBe('ok  ');
  expect(outcome('deprecations')).toBe('ok  ');
  expect(outcome('tag')).toBe('FAIL');
  expect(lines).toContainEqual(expect.stringMatching(/^ {5}v99\.0\.0 is not v\d/));
  // nothing was made
  for (const name of ['installed', 'contents', 'bill of materials', 'licences']) expect(outcome(name)).toBe('FAIL');
});
