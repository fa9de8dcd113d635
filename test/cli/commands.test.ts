import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import BetterSqlite from 'better-sqlite3';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/cli/command-context.ts';
import { createProgram } from '../../src/cli/program.ts';
import { campaign } from '../campaign.ts';
import { createDatabase, type TestDatabase } from '../postgres/databases.ts';
import { type Finished, run, temporaryFolder } from '../process.ts';

/**
 * What a command does with the database: nothing, looks whatever there is, reads what is there, copies it whatever its version, changes what is there,
 * makes one where there is none, or goes back to what was adopted.
 */
type Kind = 'none' | 'looks' | 'reads' | 'copies' | 'changes' | 'creates' | 'returns';

/** Every command, what it does, and how it is called; `docs/configuration.md` has the same table for operators. */
const commands: Readonly<Record<string, readonly [kind: Kind, args: readonly string[], input?: string]>> = {
  serve: ['creates', []],
  demo: ['none', []],
  migrate: ['creates', []],
  'print-schema': ['none', []],
  'check-config': ['none', ['--connect']],
  connect: ['none', ['--list']],
  'check-operations': ['none', [fileURLToPath(new URL('../operations/search.graphql', import.meta.url))]],
  doctor: ['looks', []],
  'user add': ['creates', ['ann', '--password-stdin'], 'a long password'],
  'user list': ['reads', []],
  'user set-role': ['changes', ['ann', 'admin']],
  'user set-password': ['changes', ['ann', '--password-stdin'], 'a long password'],
  'user suspend': ['changes', ['ann', '--reason', 'none']],
  'user reinstate': ['changes', ['ann']],
  'user close': ['changes', ['ann']],
  'user reopen': ['changes', ['ann']],
  'user sessions': ['reads', ['ann']],
  'user end-sessions': ['changes', ['ann']],
  'user invite': ['changes', []],
  'user invitations': ['reads', []],
  'user revoke-invitation': ['changes', ['inv_none']],
  'user erase': ['changes', ['ann', '--reason', 'none']],
  'user erasures': ['reads', []],
  'unit erase': ['changes', ['ku_none', '--reason', 'none']],
  'unit erasures': ['reads', []],
  'api-key create': ['changes', ['--user', 'ann', '--name', 'k']],
  'api-key list': ['reads', ['--user', 'ann']],
  'api-key revoke': ['changes', ['key_none']],
  audit: ['reads', []],
  'secrets status': ['reads', []],
  'webhook create': ['changes', ['--owner', 'ann', '--name', 'n', '--url', 'https://x.example']],
  'webhook list': ['reads', []],
  'webhook change': ['changes', ['whk_none', '--name', 'n']],
  'webhook on': ['changes', ['whk_none']],
  'webhook off': ['changes', ['whk_none']],
  'webhook rotate': ['changes', ['whk_none']],
  'webhook test': ['changes', ['whk_none']],
  'webhook deliveries': ['reads', ['whk_none']],
  'webhook send-again': ['changes', ['whd_none']],
  'webhook delete': ['changes', ['whk_none']],
  seed: ['changes', [fileURLToPath(new URL('../../samples/units.jsonl', import.meta.url)), '--user', 'ann']],
  export: ['reads', []],
  import: ['creates', []],
  backup: ['copies', ['copy-of.db']],
  'quarantine list': ['reads', []],
  'quarantine show': ['reads', ['1']],
  'quarantine admit': ['changes', ['1']],
  'quarantine discard': ['changes', ['1']],
  copy: ['reads', []],
  'embeddings status': ['reads', []],
  'embeddings parked': ['reads', []],
  'embeddings retry': ['changes', []],
  'embeddings index': ['changes', []],
  'adoption status': ['returns', []],
  'adoption undo': ['returns', []],
  'adoption discard': ['returns', []],
};

const namesOf = (command: Command, prefix = ''): string[] =>
  command.commands.flatMap((child) =>
    child.commands.length > 0 ? namesOf(child, `${prefix}${child.name()} `) : [`${prefix}${child.name()}`],
  );

const ofKind = (...kinds: Kind[]) =>
  Object.keys(commands).filter((name) => kinds.includes(commands[name]?.[0] as Kind));

describe('the table of commands', () => {
  it('has every command that there is', () => {
    expect(Object.keys(commands).toSorted()).toEqual(namesOf(createProgram({} as CommandContext)).toSorted());
  });

  it('is that of docs/configuration.md', () => {
    const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const listed = [...page.matchAll(/^\| (none|looks|reads|copies|changes|creates|returns) +\| ([^|]*) \|/gm)].flatMap(
      ([, kind, names = '']) => [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => [name, kind]),
    );
    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(Object.entries(commands).map(([name, [kind]]) => [name, kind])),
    );
  });
});

/** A place that a configuration may name by mistake, and what is there. */
interface Place extends AsyncDisposable {
  readonly environment: Record<string, string>;
  /** How it is named in an answer. */
  readonly shown: string;
  /** The same as a URL. */
  readonly url: string;
  /** All that is there, to be the same afterwards. */
  contents(): Promise<unknown>;
}

function inFolder(make: (folder: string) => string): Place {
  const folder = temporaryFolder();
  const file = make(folder.path);
  return {
    environment: { CQ_DB_PATH: file },
    shown: file,
    url: `sqlite:///${file}`,
    contents: async () =>
      readdirSync(folder.path, { recursive: true, withFileTypes: true })
        .map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const)
        .map(([path, isFile]) => [path, isFile ? readFileSync(path, 'base64') : null]),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  };
}

async function inDatabase(fill: (database: TestDatabase) => Promise<unknown> = async () => {}): Promise<Place> {
  const database = await createDatabase({ empty: true });
  await fill(database);
  const url = new URL(database.url);
  url.password = url.password || 'hush-hush';
  return {
    environment: { CQ_DATABASE_URL: url.href, CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) },
    shown: url.pathname.slice(1),
    url: url.href,
    contents: () =>
      database.query(
        `select relname, relkind, (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I', relname), true, true, '')))[1]::text
           from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v') order by 1`,
      ),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function sqliteFile(statements: string) {
  return (folder: string) => {
    const file = join(folder, 'cq.db');
    const handle = new BetterSqlite(file);
    handle.exec(statements);
    handle.close();
    return file;
  };
}

const songs = "create table songs (title text); insert into songs values ('x')";
const python =
  "create table knowledge_units (id text primary key, data text not null); insert into knowledge_units values ('ku_1', '{}')";

const withoutData: Readonly<Record<string, () => Place | Promise<Place>>> = {
  'a file in a folder that is not there': () => inFolder((folder) => join(folder, 'data', 'cq.db')),
  'a file that is not there': () => inFolder((folder) => join(folder, 'cq.db')),
  'an empty file': () =>
    inFolder((folder) => {
      writeFileSync(join(folder, 'cq.db'), '');
      return join(folder, 'cq.db');
    }),
  'a file of something else': () => inFolder(sqliteFile(`pragma journal_mode = WAL; ${songs}`)),
  'a file that is no database': () =>
    inFolder((folder) => {
      writeFileSync(join(folder, 'cq.db'), 'hello '.repeat(500));
      return join(folder, 'cq.db');
    }),
  'a folder': () =>
    inFolder((folder) => {
      mkdirSync(join(folder, 'cq.db'));
      return join(folder, 'cq.db');
    }),
  'an empty database of PostgreSQL': () => inDatabase(),
  'a PostgreSQL database of something else': () => inDatabase((database) => database.query(songs)),
};

const behind: Readonly<Record<string, () => Place | Promise<Place>>> = {
  'a file of the Python server': () => inFolder(sqliteFile(python)),
  'a file that is behind': () => inFolder(sqliteFile(ledger('integer primary key'))),
  'a PostgreSQL database of the Python server': () => inDatabase((database) => database.query(python)),
  'a PostgreSQL database that is behind': () => inDatabase((database) => database.query(ledger('serial primary key'))),
};

function ledger(id: string) {
  return `create table cq_migrations (id ${id}, name text, executed_at text); insert into cq_migrations (name) values ('0001-baseline')`;
}

/** Where every command is tried. All of one kind open the database in one way: elsewhere one of each will do. */
const thorough = campaign(
  ['a file in a folder that is not there'],
  ['a file in a folder that is not there', 'an empty database of PostgreSQL', 'a file of the Python server'],
);
const examples = campaign(
  ['export', 'user set-role', 'import'],
  ['export', 'backup', 'user set-role', 'import', 'serve', 'adoption undo'],
);

const triedAt = (place: string, ...kinds: Kind[]) =>
  ofKind(...kinds).filter((name) => name !== 'migrate' && (thorough.includes(place) || examples.includes(name)));

async function call(name: string, place: Place, more: Record<string, string> = {}): Promise<Finished> {
  const [, args = [], input = ''] = commands[name] ?? [];
  // what a command writes besides the database, it writes to where the place is not
  using elsewhere = temporaryFolder();
  const given = args.map((arg) => (arg === 'copy-of.db' ? elsewhere.file(arg) : arg));
  const target = ['--from', place.url, '--to', `sqlite:///${elsewhere.file('target.db')}`];
  const outcome = await run(
    [...name.split(' '), ...(name === 'copy' ? target : given)],
    { CQ_PORT: '0', ...place.environment, ...more },
    input,
  );
  expect([name, readdirSync(elsewhere.path)]).toEqual([name, []]);
  return outcome;
}

/** One after the other: of two that read a file in WAL mode at once, the later one leaves the files of the log behind. */
async function callAll(names: readonly string[], place: Place, more: Record<string, string> = {}) {
  const outcomes: [string, Finished][] = [];
  for (const name of names) outcomes.push([name, await call(name, place, more)]);
  return outcomes;
}

function expectRefused(outcomes: readonly [string, Finished][], { shown }: Place, advice = /./) {
  for (const [name, { code, stdout, stderr }] of outcomes) {
    expect([name, code, stdout]).toEqual([name, 78, '']);
    expect([name, stderr]).toEqual([name, expect.stringContaining(shown)]);
    expect([name, stderr]).toEqual([name, expect.stringMatching(/cq-server: (CQ_DB_PATH|CQ_DATABASE_URL|--from) \(/)]);
    expect([name, stderr]).toEqual([name, expect.stringMatching(advice)]);
    expect(stderr).not.toMatch(/hush|\bat .*\.ts/);
  }
}

// many processes, one after the other
const patience = { timeout: 600_000 };

describe('a place without data of cq', patience, () => {
  it.for(Object.keys(withoutData))('is refused by who reads and who changes, and left as it is: %s', async (name) => {
    await using place = await (withoutData[name] as () => Place)();
    const before = await place.contents();
    expectRefused(await callAll(triedAt(name, 'reads', 'copies', 'changes', 'returns'), place), place);
    expect(await place.contents()).toEqual(before);
  });

  it.for(Object.keys(withoutData))('is left as it is with CQ_MIGRATE=off: %s', async (name) => {
    await using place = await (withoutData[name] as () => Place)();
    const before = await place.contents();
    expectRefused(await callAll(triedAt(name, 'creates'), place, { CQ_MIGRATE: 'off' }), place);
    expect(await place.contents()).toEqual(before);
  });
});

describe('a database that is behind', patience, () => {
  it.for(Object.keys(behind))('is not brought up to date by who reads, nor with CQ_MIGRATE=off: %s', async (name) => {
    await using place = await (behind[name] as () => Place)();
    const before = await place.contents();
    expectRefused(await callAll(triedAt(name, 'reads'), place), place, /run "cq-server migrate"/);
    expectRefused(
      await callAll(triedAt(name, 'changes', 'creates'), place, { CQ_MIGRATE: 'off' }),
      place,
      /run "cq-server migrate"/,
    );
    expect(await place.contents()).toEqual(before);
  });

  it.for(Object.keys(behind))('is not changed by adoption commands where nothing was adopted: %s', async (name) => {
    await using place = await (behind[name] as () => Place)();
    const before = await place.contents();
    const undo = await call('adoption undo', place);
    expect([undo.code, undo.stderr]).toEqual([3, expect.stringContaining('Nothing is kept')]);
    expect(await place.contents()).toEqual(before);
  });

  it.for(['a file of the Python server', 'a file that is behind'])('can be copied as it is: %s', async (name) => {
    await using place = await (behind[name] as () => Place)();
    using folder = temporaryFolder();
    const before = await place.contents();
    const copy = folder.file('copy.db');
    const outcome = await run(['backup', copy], place.environment);
    expect(outcome).toEqual({
      code: 0,
      stdout: `${copy} is a copy of the database.\n`,
      stderr: expect.stringMatching(/^The database has no record of it, .* run "cq-server migrate".*\n$/),
    });
    expect(await place.contents()).toEqual(before);
    const dump = (file: string) => {
      const handle = new BetterSqlite(file, { readonly: true });
      const tables = handle.prepare<[], { name: string; sql: string }>('select name, sql from sqlite_master').all();
      const rows = tables
        .filter(({ sql }) => sql)
        .map((table) => [table, handle.prepare(`select * from ${table.name}`).all()]);
      handle.close();
      return rows;
    };
    expect(dump(copy)).toEqual(dump(place.shown));
  });
});

describe('a database that is there', patience, () => {
  it('is read without leaving files behind, and changed with CQ_MIGRATE=off', async () => {
    using folder = temporaryFolder();
    const environment = { CQ_DB_PATH: folder.file('cq.db') };
    expect((await run(['user', 'add', 'ann', '--password-stdin'], environment, 'a long password')).code).toBe(0);
    const files = readdirSync(folder.path);
    expect(files).toEqual(['cq.db', 'cq.secrets.json']);
    const bytes = readFileSync(folder.file('cq.db'));
    for (const command of ofKind('reads').filter(
      (name) => !['copy', 'quarantine show', 'webhook deliveries'].includes(name),
    )) {
      const [, args = []] = commands[command] ?? [];
      expect([command, (await run([...command.split(' '), ...args], environment)).code]).toEqual([command, 0]);
    }
    expect(readdirSync(folder.path)).toEqual(files);
    expect(readFileSync(folder.file('cq.db')).equals(bytes)).toBe(true);
    const off = { ...environment, CQ_MIGRATE: 'off' };
    expect(await run(['user', 'set-role', 'ann', 'admin'], off)).toMatchObject({
      code: 0,
      stdout: 'ann is admin now.\n',
    });
    expect(existsSync(folder.file('cq.secrets.json'))).toBe(true);
  });
});
