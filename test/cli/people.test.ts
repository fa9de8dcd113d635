import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { post, run, startProcess, temporaryFolder } from '../process.ts';

const samples = fileURLToPath(new URL('../../samples/units.jsonl', import.meta.url));
const password = 'a long password';
const whoAmI = '{ viewer { role user { username } } }';

describe('user', () => {
  it('adds, lists, and changes roles', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const user = (...args: string[]) => run(['user', ...args], environment, password);
    expect(await user('add', 'ann', '--role', 'admin', '--password-stdin')).toMatchObject({
      code: 0,
      stdout: 'ann is a new admin.\n',
    });
    expect(await user('add', 'bob', '--password-stdin')).toMatchObject({ code: 0, stdout: 'bob is a new member.\n' });
    const taken = await user('add', 'bob', '--password-stdin');
    expect([taken.code, taken.stderr]).toEqual([3, 'cq-server: The user name "bob" is taken.\n']);
    expect(await user('set-role', 'bob', 'reviewer')).toMatchObject({ code: 0, stdout: 'bob is reviewer now.\n' });
    const last = await user('set-role', 'ann', 'member');
    expect([last.code, last.stderr]).toEqual([3, 'cq-server: The last administrator cannot be given another role.\n']);
    const unknown = await user('set-role', 'zoe', 'member');
    expect([unknown.code, unknown.stderr]).toEqual([3, 'cq-server: There is no user with the id "zoe".\n']);
    const { stdout } = await user('list');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t').toSpliced(2, 1)),
    ).toEqual([
      ['ann', 'admin', 'active', 'never'],
      ['bob', 'reviewer', 'active', 'never'],
    ]);
  });

  it('refuses a bad password with the rule it breaks', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    const short = await run(['user', 'add', 'ann', '--password-stdin'], environment, 'short\n');
    expect([short.code, short.stderr]).toEqual([3, 'cq-server: password must have at least 8 characters, got 5.\n']);
    const none = await run(['user', 'add', 'ann'], environment);
    expect([none.code, none.stderr]).toEqual([
      78,
      'cq-server: There is no terminal to ask for the password at: use --password-stdin.\n',
    ]);
  });
});

it('erases a person, whose name is in no file and no export, and comes back by no import', async () => {
  using folder = temporaryFolder();
  const environment = { CQ_DB_PATH: folder.file('cq.db') };
  const user = (...args: string[]) => run(['user', ...args], environment, password);
  await user('add', 'ann', '--role', 'admin', '--password-stdin');
  await user('add', 'kittiwake', '--password-stdin');
  expect(await run(['seed', samples, '--user', 'kittiwake'], environment)).toMatchObject({ code: 0 });
  const lines = (await run(['export'], environment)).stdout;
  expect(lines).toContain('"created_by":"kittiwake"');
  const named = await user('erase', 'kittiwake', '--reason', 'Kittiwake asked.');
  expect([named.code, named.stderr]).toEqual([3, 'cq-server: reason must not name the person: it is kept.\n']);
  const erased = await user('erase', 'kittiwake', '--reason', 'They\tasked.');
  expect([erased.code, erased.stdout]).toEqual([
    0,
    expect.stringMatching(/^usr_2\t\S+\tDONE\tThey asked.\t\[erased [0-9a-f]{16}\]\n$/),
  ]);
  expect(await user('erasures')).toMatchObject({ code: 0, stdout: erased.stdout });
  for (const file of readdirSync(folder.path))
    expect(readFileSync(folder.file(file)).includes('kittiwake')).toBe(false);
  const [, , , , placeholder] = erased.stdout.trim().split('\t');
  const after = (await run(['export'], environment)).stdout;
  expect(after).toBe(lines.replaceAll('"kittiwake"', JSON.stringify(placeholder)));
  const again = await user('add', 'kittiwake', '--password-stdin');
  expect([again.code, again.stderr]).toEqual([
    3,
    'cq-server: This user name was that of a person who was erased, and is not given again.\n',
  ]);
  // units that are new here
  const others = lines
    .replaceAll('"id":"ku_', '"id":"ku_')
    .replaceAll(/"id":"ku_(.)/g, (_, digit) => `"id":"ku_${digit === 'f' ? 'e' : 'f'}`);
  expect((await run(['import'], environment, others)).code).toBe(0);
  expect((await run(['export'], environment)).stdout).not.toContain('kittiwake');
  const last = await user('erase', 'ann', '--reason', 'r');
  expect([last.code, last.stderr]).toEqual([3, 'cq-server: The last administrator cannot be erased.\n']);
});

it('works beside a running server: people, passwords, keys', async () => {
  using folder = temporaryFolder();
  const environment = { CQ_DB_PATH: folder.file('cq.db') };
  const server = await startProcess(environment);
  await run(['user', 'add', 'mia', '--password-stdin'], environment, password);
  const signIn = (guess: string) =>
    post(server.url, `mutation { signIn(input: { username: "mia", password: "${guess}" }) { token } }`);
  // what another process has changed counts within a second
  const refused = async (credential: string) => {
    const code = async () => (await post(server.url, whoAmI, {}, credential)).errors?.[0].extensions.code;
    await expect.poll(code, { timeout: 60_000 }).toBe('UNAUTHENTICATED');
  };
  const { token } = (await signIn(password)).data.signIn;
  expect((await post(server.url, whoAmI, {}, token)).data.viewer).toEqual({
    role: 'MEMBER',
    user: { username: 'mia' },
  });
  expect(await run(['user', 'set-password', 'mia', '--password-stdin'], environment, 'another password')).toMatchObject(
    { code: 0 },
  );
  await refused(token);
  expect((await signIn('another password')).data.signIn.token).toMatch(/^ey/);

  const created = await run(
    [
      'api-key',
      'create',
      '--user',
      'mia',
      '--name',
      'ci',
      '--ttl',
      '12h',
      '--label',
      'a',
      'b',
      '--read-only',
      '--domain',
      'API',
      'db',
    ],
    environment,
  );
  const key = created.stdout.trim();
  expect(key).toMatch(/^cqa\.v1\./);
  const id = /key_[0-9a-f]{32}/.exec(created.stderr)?.[0] ?? '';
  expect((await post(server.url, whoAmI, {}, key)).data.viewer.user).toEqual({ username: 'mia' });
  const list = async () => (await run(['api-key', 'list', '--user', 'mia'], environment)).stdout.trim().split('\t');
  expect((await list()).slice(-2)).toEqual(['read', 'api,db']);
  expect((await list()).slice(0, 4)).toEqual([id, 'active', key.split('.')[3]?.slice(0, 8), 'ci']);
  expect(await run(['api-key', 'revoke', id], environment)).toMatchObject({
    code: 0,
    stdout: `${id} of mia is revoked.\n`,
  });
  await refused(key);
  expect((await run(['api-key', 'revoke', 'key_none'], environment)).code).toBe(3);
  expect((await run(['api-key', 'create', '--user', 'mia', '--name', 'x', '--ttl', '90x'], environment)).stderr).toBe(
    "cq-server: ttl '90x' is not a valid duration: expected <integer><s|m|h|d>, e.g. 30d, 12h.\n",
  );
  const audit = async (...args: string[]) => {
    const { code, stdout } = await run(['audit', ...args], environment);
    expect(code).toBe(0);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  // as one entry or two: a minute may have ended in between
  const signIns = await audit('--actor', 'mia', '--action', 'signIn.succeeded', '--since', '1h');
  expect(signIns.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  expect(signIns[0]).toMatchObject({ action: 'signIn.succeeded', actor: { username: 'mia' }, address: '127.0.0.1' });
  const entries = (await audit()).filter(({ action }) => action !== 'signIn.succeeded');
  expect(entries.map(({ action }) => action)).toEqual([
    ...['user.created', 'settings.changed', 'user.created', 'password.set', 'apiKey.created', 'apiKey.firstUsed'],
    'apiKey.revoked',
  ]);
  expect(entries[0]).toMatchObject({ actorKind: 'SERVER', targetUser: { username: 'admin' }, address: null });
  expect(entries[1].details.changed).toContainEqual({ name: 'CQ_API_KEY_PEPPER', secret: 'set' });
  expect(entries[6]).toMatchObject({ actorKind: 'OPERATOR', actor: null, target: id });
  expect(await audit('--action', 'password.set', '--since', '2999-01-01T00:00:00Z')).toEqual([]);
  expect((await run(['audit', '--since', 'x'], environment)).code).toBe(2);
  const other = await run(['api-key', 'create', '--user', 'mia', '--name', 'other', '--ttl', '1d'], environment);
  const ended = (await signIn('another password')).data.signIn.token;
  const sessions = async () => (await run(['user', 'sessions', 'mia'], environment)).stdout.split('\n').filter(Boolean);
  // one was opened after the password was set
  expect((await sessions()).map((line) => line.split('\t').length)).toEqual([6, 6]);
  expect((await sessions())[0]).toMatch(/^ses_[0-9a-f]{32}\t(20\S+Z\t){3}127\.0\.0\.1\tnode$/);
  expect(await run(['user', 'end-sessions', 'mia'], environment)).toMatchObject({
    code: 0,
    stdout: '2 sessions of mia ended.\n',
  });
  expect(await sessions()).toEqual([]);
  expect((await run(['user', 'end-sessions', 'nobody'], environment)).code).toBe(3);
  const invited = await run(['user', 'invite', '--role', 'reviewer', '--name', 'ina', '--ttl', '2d'], {
    ...environment,
    CQ_PUBLIC_URL: 'https://cq.example/below',
  });
  expect(invited).toMatchObject({ code: 0, stderr: '' });
  expect(invited.stdout).toMatch(/^https:\/\/cq\.example\/below\/invitation#cqi\.v1\.[0-9a-f]{32}\.[a-z2-7]{52}\n$/);
  const without = await run(['user', 'invite'], environment);
  expect([without.stdout.startsWith('/invitation#'), without.stderr.startsWith('CQ_PUBLIC_URL is not set')]).toEqual([
    true,
    true,
  ]);
  const waiting = async () => (await run(['user', 'invitations'], environment)).stdout.split('\n').filter(Boolean);
  const [newest = '', first = ''] = await waiting();
  expect(newest).toMatch(/^inv_[0-9a-f]{32}\tmember\t(20\S+Z\t){2}$/);
  expect(first).toMatch(/^inv_[0-9a-f]{32}\treviewer\t(20\S+Z\t){2}ina$/);
  for (const line of [newest, first]) {
    const [inv = ''] = line.split('\t');
    expect((await run(['user', 'revoke-invitation', inv], environment)).stdout).toBe(`${inv} is revoked.\n`);
    expect((await run(['user', 'revoke-invitation', inv], environment)).code).toBe(3);
  }
  expect(await waiting()).toEqual([]);
  expect((await run(['user', 'invite', '--ttl', '31d'], environment)).stderr).toContain('exceeds the maximum of 30d');
  expect((await run(['user', 'invite', '--name', 'mia'], environment)).code).toBe(3);
  const again = (await signIn('another password')).data.signIn.token;
  const asked = async (credential: string) => (await post(server.url, whoAmI, {}, credential)).errors?.[0].message;
  expect(await asked(ended)).toBe('Invalid or expired token.');
  expect((await run(['user', 'suspend', 'mia'], environment)).stderr).toMatch(/required option '--reason/);
  const suspend = ['user', 'suspend', 'mia', '--reason', 'Spam'];
  expect((await run([...suspend, '--reject-pending', '--retire-approved'], environment)).stdout).toBe(
    'mia is suspended, 0 units are retired, 0 units and 0 suggestions are rejected.\n',
  );
  // again, which changes nothing
  expect((await run(suspend, environment)).stdout).toBe('mia is suspended.\n');
  for (const credential of [again, other.stdout.trim()])
    expect(await asked(credential)).toBe('This account is suspended.');
  expect((await run(['user', 'list'], environment)).stdout).toMatch(/^mia\tmember\t\S+\tsuspended\t20\S+Z$/m);
  expect((await run(['user', 'reinstate', 'mia', '--restore'], environment)).stdout).toBe(
    'mia is reinstated, 0 units are approved again, 0 units and 0 suggestions wait again.\n',
  );
  expect(await asked(other.stdout.trim())).toBeUndefined();
  expect((await run(['user', 'close', 'mia'], environment)).stdout).toBe('mia is closed.\n');
  expect((await signIn('another password')).data.signIn.token).toBeNull();
  expect((await run(['user', 'reopen', 'mia'], environment)).stdout).toBe('mia is open again.\n');
  expect((await signIn('another password')).data.signIn.token).toMatch(/^ey/);

  await server.stop();
  // a server writes every minute, and at its end, when keys were used
  expect((await list())[5]).not.toBe('never');
});

it('names print as one line, and nothing that a terminal obeys', async () => {
  using folder = temporaryFolder();
  const environment = { CQ_DB_PATH: folder.file('cq.db') };
  await run(['user', 'add', 'mia', '--password-stdin'], environment, password);
  await run(['api-key', 'create', '--user', 'mia', '--name', 'a\nkey_1\tactive\u001b[2J\u009b2J'], environment);
  const { stdout } = await run(['api-key', 'list', '--user', 'mia'], environment);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(stdout).toContain('\ta\\u000akey_1\\u0009active\\u001b[2J\\u009b2J\t');
});
