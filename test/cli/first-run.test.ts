import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { post, run, startProcess, temporaryFolder } from '../process.ts';

const signIn = `mutation ($username: String!, $password: String!) {
  signIn(input: { username: $username, password: $password }) { viewer { role } userErrors { message } }
}`;

const secretsOf = (file: string): Record<string, string> => JSON.parse(readFileSync(file, 'utf8'));

describe('the first run of serve', () => {
  it('makes the database, its secrets, and an administrator whose password it prints once', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('new/cq.db') };
    const first = await startProcess(environment);
    expect(existsSync(folder.file('new/cq.db'))).toBe(true);
    expect(statSync(folder.file('new/cq.secrets.json')).mode & 0o777).toBe(0o600);
    const { stdout, stderr } = await first.stop();
    const password = /password (\S+)/.exec(stderr)?.[1] ?? '';
    expect(password).toMatch(/^[\w-]{16}$/);
    for (const secret of [password, ...Object.values(secretsOf(folder.file('new/cq.secrets.json')))])
      expect(stdout).not.toContain(secret);
    for (const line of stdout.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: 30 });

    const second = await startProcess(environment);
    const answer = await post(second.url, signIn, { username: 'admin', password });
    expect(answer.data.signIn).toEqual({ viewer: { role: 'ADMIN' }, userErrors: [] });
    const again = await second.stop();
    expect(again.stderr).toBe('');
    expect(again.stdout).not.toContain(password);
  });

  it('may come after the first account, whose keys it knows', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    await run(['user', 'add', 'ann', '--password-stdin'], environment, 'a long password');
    const key = (await run(['api-key', 'create', '--user', 'ann', '--name', 'k'], environment)).stdout.trim();
    const server = await startProcess(environment);
    expect((await post(server.url, '{ __typename }', {}, key)).data).toEqual({ __typename: 'Query' });
    expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
  });

  it('of eight processes at once on one file: all serve, one prints a password', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const servers = await Promise.all(Array.from({ length: 8 }, () => startProcess(environment)));
    const outcomes = await Promise.all(servers.map((server) => server.stop()));
    expect(outcomes.map(({ code }) => code)).toEqual(Array(8).fill(0));
    expect(outcomes.filter(({ stderr }) => stderr.includes('password'))).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('that are lost are not replaced', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    await run(['user', 'add', 'ann', '--password-stdin'], environment, 'a long password');
    rmSync(folder.file('cq.secrets.json'), { force: true });
    const { code, stderr } = await run(['serve'], environment);
    expect(code).toBe(78);
    expect(stderr).toMatch(/^cq-server: .*cq\.secrets\.json is missing.*CQ_JWT_SECRET.*\n$/);
  });

  it('of the environment leave nothing on disk, and no password in the output', async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file('pepper'), `${'p'.repeat(40)}\n`);
    const environment = {
      CQ_DB_PATH: folder.file('cq.db'),
      CQ_JWT_SECRET: 'j'.repeat(40),
      CQ_API_KEY_PEPPER_FILE: folder.file('pepper'),
    };
    const server = await startProcess(environment);
    const { stdout, stderr } = await server.stop();
    expect(existsSync(folder.file('cq.secrets.json'))).toBe(false);
    expect(stderr).toBe('There is no account yet: cq-server user add NAME --role admin\n');
    expect(stdout).not.toMatch(/jjjj|pppp/);
  });

  it('of less than 32 bytes are warned of by name', async () => {
    // the pepper has 32 bytes in 16 characters
    const secrets = {
      CQ_JWT_SECRET: 'j'.repeat(31),
      // as one of 60 bytes with a comma in it is read
      CQ_JWT_SECRET_PREVIOUS: `${'v'.repeat(50)},wwwwwwwww`,
      CQ_API_KEY_PEPPER: 'ü'.repeat(16),
      CQ_API_KEY_PEPPER_PREVIOUS: 'q'.repeat(32),
    };
    const server = await startProcess({ ...secrets, CQ_DB_PATH: ':memory:' });
    const { stdout } = await server.stop();
    const lines = stdout.split('\n').filter((line) => line.includes('shorter than 32 bytes'));
    expect(lines.map((line) => JSON.parse(line).variable)).toEqual(['CQ_JWT_SECRET', 'CQ_JWT_SECRET_PREVIOUS']);
    expect(stdout).not.toMatch(/jjjj|üüüü|vvvv|wwww|qqqq/);
  });

  it('go together', async () => {
    const { code, stderr } = await run(['check-config'], { CQ_JWT_SECRET: 'x' });
    expect([code, stderr]).toEqual([
      78,
      'cq-server: CQ_JWT_SECRET and CQ_API_KEY_PEPPER go together: set both, or neither.\n',
    ]);
  });

  it('are not shown by check-config', async () => {
    const { code, stdout } = await run(['check-config'], {
      CQ_JWT_SECRET: 'hush-hush',
      CQ_API_KEY_PEPPER: 'hush-hush',
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ jwtSecret: 'set', apiKeyPepper: 'set', port: 3000 });
    expect(stdout).not.toContain('hush');
  });
});
