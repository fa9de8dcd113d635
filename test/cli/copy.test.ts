import { existsSync, readFileSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entities } from '../../src/store/sql/schema/entities.ts';
import { createDatabase, type TestDatabase } from '../postgres/databases.ts';
import { finished, post, run, start, startProcess, temporaryFolder } from '../process.ts';
import {
  anInstallation,
  type Contents,
  contentsOf,
  contentsOfFile,
  counts,
  password,
  secrets,
} from './installation.ts';

const folder = temporaryFolder();
const original = folder.file('original.db');
let key: string;
let invitation: string;
let contents: Contents;
let bytes: Buffer;
beforeAll(async () => {
  ({ key, invitation } = await anInstallation(original));
  contents = contentsOfFile(original);
  bytes = readFileSync(original);
});
afterAll(() => folder[Symbol.dispose]());

const urlOf = (file: string) => `sqlite:///${file}`;
const copy = (from: string, to: string) => run(['copy', '--from', from, '--to', to], {});
const total = (all: Contents) => Object.values(counts(all)).reduce((sum, count) => sum + count, 0);
const nothing = () => Object.fromEntries(Object.keys(contents).map((table) => [table, 0]));

/** A database as the Python server leaves it. */
function aPythonDatabase(file: string): Buffer {
  const handle = new BetterSqlite(file);
  handle.exec(`create table knowledge_units (id text primary key, data text not null);
    insert into knowledge_units values ('ku_1', '{}')`);
  handle.close();
  return readFileSync(file);
}

/** People, keys, words and new numbers, as a server on a copy has them. */
async function expectToServe(environment: Record<string, string>) {
  const server = await startProcess({ ...environment, ...secrets });
  const signIn = `mutation { signIn(input: { username: "ann", password: "${password}" }) { token } }`;
  const { token } = (await post(server.url, signIn)).data.signIn;
  expect((await post(server.url, '{ viewer { role } }', {}, token)).data.viewer).toEqual({ role: 'ADMIN' });
  expect((await post(server.url, '{ viewer { user { username } } }', {}, key)).data.viewer.user.username).toBe('mia');
  const found = await post(server.url, '{ search(text: "zugvogel", first: 3) { nodes { insight { summary } } } }');
  expect(found.data.search.nodes).toEqual([{ insight: { summary: expect.stringContaining('Zugvögel 😀') } }]);
  const propose =
    'mutation { proposeKnowledgeUnit(input: { domains: ["a"], insight: { summary: "n", detail: "n", action: "n" } }) { knowledgeUnit { id } } }';
  expect((await post(server.url, propose, {}, key)).data.proposeKnowledgeUnit.knowledgeUnit.id).toMatch(/^ku_/);
  const added = await run(['user', 'add', 'new', '--password-stdin'], { ...environment, ...secrets }, password);
  expect(added.code).toBe(0);
  // whatever the secrets of the copy are, a link that was given before works, once
  const accept = async (username: string) =>
    (
      await post(
        server.url,
        'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { viewer { role } userErrors { code } } }',
        { input: { token: invitation.split('#')[1], username, password } },
      )
    ).data.acceptInvitation;
  expect(await accept('ina')).toEqual({ viewer: { role: 'REVIEWER' }, userErrors: [] });
  expect(await accept('ino')).toEqual({ viewer: null, userErrors: [{ code: 'INVALID_CREDENTIALS' }] });
  await server.stop();
}

const numbers = (all: Contents, table: string) => (all[table] as { id: number }[]).map(({ id }) => id);

describe('copy', () => {
  it('carries every table from SQLite to PostgreSQL and back, and both copies serve', async () => {
    await using database = await createDatabase({ empty: true });
    const back = folder.file('new/back.db');
    const there = await copy(urlOf(original), database.url);
    expect(there).toMatchObject({ code: 0 });
    expect(await contentsOf(database)).toEqual(contents);
    expect(await database.query('select key from sign_in_attempts')).toEqual([]);
    const andBack = await copy(database.url, urlOf(back));
    expect(andBack).toMatchObject({ code: 0 });
    expect(contentsOfFile(back)).toEqual(contents);
    expect(readFileSync(original).equals(bytes)).toBe(true);

    const lines = (stdout: string) => stdout.split('\n').filter((line) => / [0-9a-f]{64}$/.test(line));
    // the first copy is in the audit log that the second one carries
    const withoutAudit = (stdout: string) => lines(stdout).filter((line) => !line.startsWith('audit_log '));
    expect(withoutAudit(there.stdout)).toEqual(withoutAudit(andBack.stdout));
    const said = lines(there.stdout).map((line) => line.split(/ +/).slice(0, 2));
    expect(Object.fromEntries(said.map(([table, rows]) => [table, Number(rows)]))).toEqual(counts(contents));
    expect(there.stdout).toContain(`${total(contents)} rows copied from ${original} to postgresql://`);
    expect(there.stdout).toMatch(/CQ_JWT_SECRET and CQ_API_KEY_PEPPER .*cq\.secrets\.json/);

    await expectToServe({ CQ_DATABASE_URL: database.url });
    await expectToServe({ CQ_DB_PATH: back });
    for (const served of [await contentsOf(database), contentsOfFile(back)]) {
      expect(Math.max(...numbers(served, 'users'))).toBe(79);
      expect(Math.max(...numbers(served, 'events'))).toBe(Math.max(...numbers(contents, 'events')) + 1);
    }
  });

  it('leaves out no entity, and no table that the database has', () => {
    const copied = Object.keys(contents).toSorted();
    const all = entities.map(({ meta }) => meta.tableName).toSorted();
    // what is of this moment only is not worth keeping, and what is derived is made anew
    const leftOut = ['log_epochs', 'sign_in_attempts', 'unit_counts', 'webhook_places'];
    expect(all.filter((table) => !leftOut.includes(table))).toEqual(copied);
    expect(Object.values(contents).every((rows) => rows.length > 0)).toBe(true);
  });

  it('carries an installation between two databases of a kind', async () => {
    const other = folder.file('other.db');
    expect(await copy(urlOf(original), urlOf(other))).toMatchObject({ code: 0 });
    expect(contentsOfFile(other)).toEqual(contents);
    await using one = await createDatabase({ empty: true });
    await using two = await createDatabase();
    expect(await copy(urlOf(original), one.url)).toMatchObject({ code: 0 });
    expect(await copy(one.url, two.url)).toMatchObject({ code: 0 });
    expect(await contentsOf(two)).toEqual(contents);
  });

  it('reads one moment of a source that is written to meanwhile', async () => {
    await using one = await createDatabase({ empty: true });
    await using two = await createDatabase({ empty: true });
    expect(await copy(urlOf(original), one.url)).toMatchObject({ code: 0 });
    const child = start(['copy', '--from', one.url, '--to', two.url], {});
    const outcome = finished(child);
    await firstRows(child);
    // the tables that come later, and the unit that they would refer to
    await one.query(
      `with unit as (insert into knowledge_units select (jsonb_populate_record(u, '{"id": "ku_new"}')).* from knowledge_units u limit 1 returning id)
       insert into users (username, password_hash, role, created_at) select 'late', 'x', 'member', now() from unit`,
    );
    expect(await outcome).toMatchObject({ code: 0 });
    expect(await contentsOf(two)).toEqual(contents);
  });
});

/** Resolves when a process has said this on its standard error. */
function told(child: ReturnType<typeof start>, text: string): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (more: string) => {
      said += more;
      if (said.includes(text)) resolve();
    });
    child.once('close', () => reject(new Error(`it ended without "${text}": ${said}`)));
  });
}

const firstRows = (child: ReturnType<typeof start>) => told(child, ' copied …');

describe('a target', () => {
  it('that holds a row is refused and left as it is, on SQLite', async () => {
    const file = folder.file('used.db');
    await run(['user', 'add', 'bob', '--password-stdin'], { CQ_DB_PATH: file }, password);
    const before = readFileSync(file);
    const refused = await copy(urlOf(original), urlOf(file));
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('The target is not empty: it has rows in users.');
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('that holds a row is refused and left as it is, on PostgreSQL', async () => {
    await using database = await createDatabase();
    await database.query(
      `insert into idempotency_keys (username, key, unit_id, created_at) values ('a', 'b', 'c', now())`,
    );
    const before = await contentsOf(database);
    const refused = await copy(urlOf(original), database.url);
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('it has rows in idempotency_keys.');
    expect(await contentsOf(database)).toEqual(before);
  });

  it('that is a database of the Python server is not adopted', async () => {
    const file = folder.file('python-target.db');
    const before = aPythonDatabase(file);
    expect(await copy(urlOf(original), urlOf(file))).toMatchObject({ code: 3 });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('that another process is writing to is refused, on PostgreSQL', async () => {
    await using database = await createDatabase();
    await using writer = await holding(database);
    const busy = await copy(urlOf(original), database.url);
    expect(busy).toMatchObject({ code: 69, stdout: '' });
    await writer.release();
    expect(counts(await contentsOf(database))).toEqual({ ...nothing(), users: 1 });
  });

  it('that another process is writing to is waited for, on SQLite', async () => {
    const file = folder.file('busy.db');
    await run(['migrate'], { CQ_DB_PATH: file });
    const handle = new BetterSqlite(file);
    handle.exec('begin immediate');
    const child = start(['copy', '--from', urlOf(original), '--to', urlOf(file)], {});
    const outcome = finished(child);
    await told(child, 'waiting for it');
    handle.exec('commit');
    handle.close();
    expect(await outcome).toMatchObject({ code: 0 });
    expect(contentsOfFile(file)).toEqual(contents);
  });

  it('is empty after a copy that was killed, and takes the next one', async () => {
    await using database = await createDatabase({ empty: true });
    const file = folder.file('killed.db');
    for (const url of [database.url, urlOf(file)]) {
      const child = start(['copy', '--from', urlOf(original), '--to', url], {});
      const outcome = finished(child);
      await firstRows(child);
      child.kill('SIGKILL');
      expect((await outcome).code).toBe(null);
    }
    expect(counts(await contentsOf(database))).toEqual(nothing());
    expect(counts(contentsOfFile(file))).toEqual(nothing());
    for (const url of [database.url, urlOf(file)]) expect(await copy(urlOf(original), url)).toMatchObject({ code: 0 });
    expect(await contentsOf(database)).toEqual(contents);
    expect(contentsOfFile(file)).toEqual(contents);
  });

  it('that does not hold what was written is found out, and stays empty', async () => {
    await using database = await createDatabase();
    await database.query(`create function spoil() returns trigger language plpgsql as $$
      begin new.detail := new.detail || ' '; return new; end $$`);
    await database.query(
      `create trigger spoil before insert on knowledge_unit_flags for each row when (new.detail is not null) execute function spoil()`,
    );
    const { code, stdout, stderr } = await copy(urlOf(original), database.url);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('knowledge_unit_flags differs in the target');
    expect(counts(await contentsOf(database))).toEqual(nothing());
  });
});

/** A transaction that has written to the users and is still open. */
async function holding(database: TestDatabase) {
  const { default: pg } = await import('pg');
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('begin');
  await client.query(
    `insert into users (username, password_hash, role, created_at) values ('x', 'x', 'member', now())`,
  );
  return {
    release: () => client.query('commit'),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

describe('a source', () => {
  it.for([
    ['of the Python server', aPythonDatabase],
    [
      'that is behind',
      (file: string) => {
        const handle = new BetterSqlite(file);
        handle.exec('create table cq_migrations (id integer primary key, name text, executed_at text)');
        handle.exec("insert into cq_migrations (name) values ('0001-baseline')");
        handle.close();
        return readFileSync(file);
      },
    ],
  ] as const)('%s is told to be migrated first', async ([name, make]) => {
    const file = folder.file(`${name}.db`);
    const before = make(file);
    const { code, stderr } = await copy(urlOf(file), urlOf(folder.file('never.db')));
    expect(code).toBe(78);
    expect(stderr).toMatch(/(\d+ migrations behind|as the Python server left it): run "cq-server migrate"/);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(folder.file('never.db'))).toBe(false);
  });

  it('that is not there is not made', async () => {
    const { code, stderr } = await copy(urlOf(folder.file('gone/cq.db')), urlOf(folder.file('never.db')));
    expect([code, stderr]).toEqual([78, expect.stringContaining(`there is no file ${folder.file('gone/cq.db')}.`)]);
    expect(existsSync(folder.file('gone'))).toBe(false);
    expect(existsSync(folder.file('never.db'))).toBe(false);
  });

  it('with what PostgreSQL cannot hold is refused by the rows', async () => {
    const file = folder.file('nul.db');
    expect(await copy(urlOf(original), urlOf(file))).toMatchObject({ code: 0 });
    const handle = new BetterSqlite(file);
    handle.prepare(`update users set username = ? where id = 77`).run('a\u0000b');
    handle.close();
    await using database = await createDatabase({ empty: true });
    const { code, stderr } = await copy(urlOf(file), database.url);
    expect(code).toBe(1);
    expect(stderr).toMatch(/users cannot take the rows from 1 to 77: .*0x00/);
    expect(counts(await contentsOf(database))).toEqual(nothing());
  });
});

describe('a URL', () => {
  it.for([
    ['--from', 'mysql://root:geheim@localhost/cq', 'the scheme mysql: is not supported'],
    ['--to', 'cq.db?geheim', '--to must be a URL'],
    ['--to', 'postgresql://cq:geheim@localhost/cq?color=red', 'the parameter color is not supported'],
  ])('%s %s is refused by name', async ([option, url, message]) => {
    const urls = { '--from': urlOf(original), '--to': urlOf(folder.file('never.db')), [option as string]: url };
    const { code, stderr } = await run(['copy', ...Object.entries(urls).flat()] as string[], {});
    expect(code).toBe(78);
    expect(stderr).toContain(option);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('geheim');
  });

  it('does not tell its password', async () => {
    await using database = await createDatabase({ empty: true });
    const url = new URL(database.url);
    // where a password is asked for, it is the one that the server of the tests has
    const shown = url.password === '' ? 'geheim' : url.password;
    url.password = shown;
    const outcomes = [await copy(urlOf(original), url.href), await copy(url.href, urlOf(folder.file('shown.db')))];
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toContain(`:${shown}@`);
  });
});
