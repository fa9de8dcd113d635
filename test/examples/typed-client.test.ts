import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { password, startServer } from '../harness.ts';
import { program, temporaryFolder } from '../process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples/typed-client');

it('the typed client generates its types from a running server, compiles and works', async () => {
  await using server = await startServer();
  using folder = temporaryFolder();
  cpSync(example, folder.path, { recursive: true, filter: (path) => !/[\\/](gql|dist|node_modules)$/.test(path) });
  install(folder.file('node_modules'));
  const { member, reviewer } = server.people;
  const env = {
    PATH: [dirname(process.execPath), process.env.PATH].join(process.platform === 'win32' ? ';' : ':'),
    SERVER_URL: server.url,
    AGENT_KEY: member.key,
    REVIEWER: reviewer.user.username,
    REVIEWER_PASSWORD: password,
  };
  const npm = async (...args: string[]) =>
    (await promisify(execFile)('npm', args, { cwd: folder.path, env, shell: process.platform === 'win32' })).stdout;
  await npm('run', 'codegen');
  await npm('run', 'build');
  const said = await npm('start', '--silent');
  expect(said).toMatch(/An empty proposal: \{\s*problems: \{\s*domains: 'domains must have at least 1 item/);
  expect(said).toMatch(
    /Proposed: ku_[0-9a-f]{32}\nApproved: Everyone can read it now\.\nAgain: rob was faster: approved\./,
  );
  expect(said).toContain('Found: Verify webhook signatures over the raw body (0.5)');

  const tested = await npm('test');
  expect(tested).toMatch(/^4 valid operations and 0 fragments in \d files: 0 errors, 0 warnings\./m);
  expect(tested).toMatch(/^(?:#|ℹ) pass 3$/m);

  // the types are those of the schema
  const lessons = folder.file('src/lessons.ts');
  writeFileSync(lessons, readFileSync(lessons, 'utf8').replace('insight.summary', 'insight.sumary'));
  await expect(npm('run', 'build')).rejects.toMatchObject({
    stdout: expect.stringContaining("'sumary' does not exist"),
  });
});

/** What its package.json asks for, which has been installed here, and the package of the server, as it is built of these sources. */
function install(folder: string) {
  const link = (from: string, ...to: string[]) => symlinkSync(from, join(folder, ...to), 'junction');
  mkdirSync(join(folder, '.bin'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '.bin') link(join(root, 'node_modules', name), name);
  for (const name of readdirSync(join(root, 'node_modules/.bin')))
    link(join(root, 'node_modules/.bin', name), '.bin', name);
  link(join(dirname(program()), '..'), 'cq-server');
  link(program(), '.bin', 'cq-server');
}

it('the typed client asks for the versions that are tested', () => {
  const versionsOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const { dependencies, devDependencies } = versionsOf(join(root, 'package.json'));
  expect({ ...dependencies, ...devDependencies }).toMatchObject(
    versionsOf(join(example, 'package.json')).devDependencies,
  );
});
