import { type ChildProcess, spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sqliteDatabase } from '../../src/config/sqlite-url.ts';
import { openStore } from '../../src/store/open.ts';
import { aUnit } from '../harness.ts';
import { has, lacks, unless } from '../left-out.ts';
import { finished, freePort, post, program, run, start, startProcess, temporaryFolder } from '../process.ts';

/** Runs a line of a shell in which `$CQ` is the program; answers with the exit codes of its pipe too. */
async function shell(line: string, environment: Record<string, string>) {
  const child = spawn('bash', ['-c', `${line}; echo "codes \${PIPESTATUS[*]}"`], {
    env: { PATH: process.env.PATH, CQ: `${process.execPath} ${program()}`, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finished(child);
}

describe('output whose reader has closed it', unless(!has('bash'), lacks.bash), () => {
  it('ends export quietly', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const store = await openStore(sqliteDatabase(folder.file('cq.db')), { migrate: true });
    // more than a pipe holds
    for (let count = 0; count < 40; count++)
      await store.units.restore(aUnit({ insight: { detail: 'x'.repeat(9000) } }), []);
    await store.close();
    const { stdout, stderr } = await shell('$CQ export | head -1', environment);
    // progress may be printed; a closed output is no error
    expect(stderr.replace(/^\d+ units exported …\n/gm, '')).toBe('');
    expect(stdout.split('\n')).toEqual([expect.stringMatching(/^\{"id":"ku_/), 'codes 0 0', '']);
  });

  // a server, the demo too, goes on without its reader
  it.for(['--help', 'print-schema', 'check-config', 'user list', 'embeddings status', 'api-key create --help'])(
    'ends %s quietly',
    async (command) => {
      using folder = temporaryFolder();
      const environment = { CQ_DB_PATH: folder.file('cq.db'), CQ_PORT: '0' };
      await run(['user', 'add', 'ann', '--password-stdin'], environment, 'a long password');
      // a reader that is gone before anything is written
      const { stdout, stderr } = await shell(`$CQ ${command} | true`, environment);
      expect([stdout, stderr]).toEqual(['codes 0 0\n', expect.not.stringMatching(/EPIPE|\bat /)]);
    },
  );

  it('does not keep an import from its work', async () => {
    using folder = temporaryFolder();
    const [one, two] = [folder.file('one.db'), folder.file('two.db')];
    const store = await openStore(sqliteDatabase(one), { migrate: true });
    for (let count = 0; count < 30; count++) await store.units.restore(aUnit(), []);
    await store.close();
    const { stdout } = await shell('CQ_DB_PATH=$ONE $CQ export | CQ_DB_PATH=$TWO $CQ import 2>&1 | true', {
      ONE: one,
      TWO: two,
    });
    expect(stdout).toBe('codes 0 0 0\n');
    expect((await run(['export'], { CQ_DB_PATH: two })).stderr).toBe('30 units exported.\n');
  });
});

const level = (line: string) => (JSON.parse(line) as { level: number }).level;
const messages = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; signal?: string; path?: string });

describe('the log', () => {
  it.for(['SIGTERM', 'SIGINT'] as const)('says that %s stops the server, and that it has stopped', async (signal) => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') });
    const { code, stdout } = await server.stop(signal);
    expect(code).toBe(0);
    const said = messages(stdout);
    expect(said.slice(-2)).toMatchObject([{ msg: 'stopping', signal }, { msg: 'stopped' }]);
    // startProcess has asked /readyz
    expect(said.filter(({ path }) => path !== undefined)).toEqual([]);
  });

  it('says it of the demo too, which logs no requests', async () => {
    const server = await startProcess({}, ['demo']);
    await server.said('Ctrl-C');
    await post(server.url, '{ __typename }');
    const { code, stdout } = await server.stop();
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => line.startsWith('{"level"'));
    expect(messages(lines.join('\n')).map(({ msg }) => msg)).toEqual(['stopping', 'stopped']);
  });

  it('is JSON in a pipe', async () => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db') });
    await post(server.url, '{ __typename }');
    const { stdout } = await server.stop();
    expect(stdout.trim().split('\n').map(level)).toEqual(expect.arrayContaining([30]));
  });

  it('is for people where CQ_LOG_FORMAT says so: one line each, the level by name, to the last one', async () => {
    using folder = temporaryFolder();
    const server = await startProcess({ CQ_DB_PATH: folder.file('cq.db'), CQ_LOG_FORMAT: 'pretty' });
    await post(server.url, '{ __typename }', {}, 'cqa.v1.hush-hush');
    const { stdout } = await server.stop();
    expect(stdout).not.toContain('hush');
    // no colours in a pipe
    expect(stdout).toBe(stripVTControlCharacters(stdout));
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^\[[\d:.]+\] (INFO|WARN): \S/);
    expect(lines.some((line) => /INFO: request .*"path":"\/graphql"/.test(line))).toBe(true);
    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(/stopping .*SIGTERM/),
      expect.stringMatching(/INFO: stopped/),
    ]);
  });

  describe('at a terminal', unless(!has('script'), lacks.script), () => {
    const atTerminal = (environment: Record<string, string>): ChildProcess =>
      start(
        ['-qec', `${process.execPath} ${program()} serve`, '/dev/null'],
        { TERM: 'xterm-256color', ...environment },
        ['script'],
      );

    it.for(['auto', 'json'] as const)('is as CQ_LOG_FORMAT=%s says', async (format) => {
      using folder = temporaryFolder();
      const port = await freePort();
      const child = atTerminal({ CQ_DB_PATH: folder.file('cq.db'), CQ_PORT: String(port), CQ_LOG_FORMAT: format });
      const outcome = finished(child);
      let ready = false;
      while (!ready && child.exitCode === null)
        ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      // what is typed at the terminal: Ctrl-C
      child.stdin?.write('\u0003');
      const { stdout } = await outcome;
      if (format === 'json') expect(stdout).toMatch(/\{"level":30,.*"msg":"stopped"\}/);
      else {
        expect(stdout).toContain('\u001b[32mINFO');
        expect(stripVTControlCharacters(stdout)).toMatch(/INFO: stopping .*SIGINT[\s\S]*INFO: stopped/);
      }
    });
  });
});

it('a password from standard input loses its last line break, also that of Windows', async () => {
  using folder = temporaryFolder();
  const environment = { CQ_DB_PATH: folder.file('cq.db') };
  for (const [name, input] of Object.entries({ unix: 'a long password\n', windows: 'a long password\r\n' }))
    expect((await run(['user', 'add', name, '--password-stdin'], environment, input)).code).toBe(0);
  const server = await startProcess(environment);
  const signIn =
    'mutation ($name: String!) { signIn(input: { username: $name, password: "a long password" }) { token } }';
  for (const name of ['unix', 'windows'])
    expect((await post(server.url, signIn, { name })).data.signIn).toEqual({ token: expect.stringMatching(/^ey/) });
  await server.stop();
});
