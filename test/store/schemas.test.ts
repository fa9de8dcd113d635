import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { PostgresConfig } from '../../src/config/database.ts';
import { UnusableDatabaseError } from '../../src/errors.ts';
import { inspectDatabase, openAdoption, openStore } from '../../src/store/open.ts';
import { makePythonPostgres } from '../adoption/python-database.ts';
import { cases } from '../adoption/python-rows.ts';
import { campaign } from '../campaign.ts';
import { configOf, createDatabase, type TestDatabase } from '../postgres/databases.ts';
import { run } from '../process.ts';
import { put } from './conformance/fixture.ts';

/** A name that must be quoted, with what quoting and the options of a startup packet are about. */
const oddName = String.raw`Cq, "my" \schema`;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const optionsOf = (path: string) => `-c search_path=${path.replace(/[\\\s]/g, '\\$&')}`;

interface Installation extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly role: string;
  /** The URL of a role without any right but to connect, and to create tables in a schema of its own. */
  readonly url: string;
}

/** A database with another installation in `public`, of which this role may use nothing. */
async function beside({ empty = false } = {}): Promise<Installation> {
  await using resources = new AsyncDisposableStack();
  const database = await createDatabase({ empty });
  const role = `cq_role_${randomBytes(6).toString('hex')}`;
  resources.defer(async () => {
    await database[Symbol.asyncDispose]();
    // the role is the cluster's
    await dropRole(role);
  });
  await database.query(`create role ${role} login password 'secret'`);
  await database.query('revoke all on schema public from public');
  const url = new URL(database.url);
  url.username = role;
  url.password = 'secret';
  const held = resources.move();
  return { database, role, url: url.href, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function dropRole(role: string) {
  await using other = await createDatabase({ empty: true });
  await other.query(`drop role if exists ${role}`);
}

type Way = (installation: Installation, schema: string) => Promise<PostgresConfig>;

/** How a search path comes about. */
const ways: Readonly<Record<string, { readonly schema?: string; readonly configure: Way }>> = {
  'the options of the URL': {
    configure: async ({ url }, schema) =>
      configOf(`${url}?options=${encodeURIComponent(optionsOf(`${quoted(schema)}, public`))}`),
  },
  'the role': {
    async configure({ database, role, url }, schema) {
      await database.query(`alter role ${role} set search_path = no_such_schema, ${quoted(schema)}, public`);
      return configOf(url);
    },
  },
  'the database': {
    async configure({ database, url }, schema) {
      const name = new URL(url).pathname.slice(1);
      await database.query(`alter database ${name} set search_path = ${quoted(schema)}`);
      return configOf(url);
    },
  },
  'the name of the role': { schema: '$user', configure: async ({ url }) => configOf(url) },
  CQ_DATABASE_SCHEMA: { configure: async ({ url }, schema) => configOf(url, { schema }) },
};

/** All that is in `public`. */
const publicContents = (database: TestDatabase) =>
  database.query(`
    select relname, relkind, (case when relkind = 'r' then query_to_xml(format('select * from public.%I', relname), true, true, '') end)::text as rows
      from pg_class where relnamespace = 'public'::regnamespace and relname not like 'unit_counts%' order by 1, 2`);

describe.for(Object.entries(ways))('a schema that %s says', ([way, { schema: named, configure }]) => {
  async function open(options = {}) {
    const installation = await beside(options);
    const schema = named === '$user' ? installation.role : oddName;
    await installation.database.query(`create schema ${quoted(schema)} authorization ${installation.role}`);
    return { installation, schema, config: await configure(installation, schema) };
  }

  const tablesOf = async (database: TestDatabase, schema: string) =>
    (
      await database.query<{ name: string }>(
        'select tablename as name from pg_tables where schemaname = $1 order by 1',
        [schema],
      )
    ).map(({ name }) => name);

  it('holds an installation beside another one in public, start after start', async () => {
    const { installation, schema, config } = await open();
    await using _ = installation;
    const { database } = installation;
    const before = await publicContents(database);
    expect((await inspectDatabase(config)).kind).toBe('empty');
    const [first, other] = await Promise.all([1, 2].map(() => openStore(config, { migrate: true })));
    const unit = await put(first as NonNullable<typeof first>);
    await Promise.all([first?.close(), other?.close()]);
    for (const migrate of [true, false]) {
      const store = await openStore(config, { migrate });
      expect(await store.units.find(unit.id)).toEqual(unit);
      await store.ping();
      await store.close();
    }
    expect((await inspectDatabase(config)).kind).toBe('current');
    expect(await tablesOf(database, schema)).toEqual(expect.arrayContaining(['cq_migrations', 'knowledge_units']));
    expect(await publicContents(database)).toEqual(before);
  });

  it.runIf(campaign(/URL|SCHEMA/.test(way), true))('is adopted, put back, adopted again and settled in', async () => {
    const { installation, schema, config } = await open();
    await using _ = installation;
    const { database, url } = installation;
    const before = await publicContents(database);
    await makePythonPostgres(`${url}?options=${encodeURIComponent(optionsOf(quoted(schema)))}`, cases.slice(0, 6));
    const left = await tablesOf(database, schema);
    // another installation's server does not keep this one from being put back
    const neighbour = await openStore(configOf(database.url, { schema: 'public' }), { migrate: false });
    for (const end of ['undo', 'undo', 'discard'] as const) {
      const store = await openStore(config, { migrate: true });
      expect(await store.units.count({})).toBeGreaterThan(0);
      await store.close();
      const adoption = openAdoption(config);
      const opened = await adoption;
      expect(await opened.status()).not.toBeNull();
      if (end === 'discard') await opened.discard();
      else {
        await opened.undo({ dropChanges: false });
        expect(await tablesOf(database, schema)).toEqual(left);
      }
      await opened.close();
    }
    await neighbour.close();
    const store = await openStore(config, { migrate: true });
    await store.close();
    expect(await publicContents(database)).toEqual(before);
  });
});

describe('CQ_DATABASE_SCHEMA', () => {
  const secrets = { CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };

  it('is created with the tables, for every command, where the role may', async () => {
    await using database = await createDatabase();
    const environment = { ...secrets, CQ_DATABASE_URL: database.url, CQ_DATABASE_SCHEMA: oddName };
    for (const _ of [1, 2]) {
      expect(await run(['migrate'], environment)).toMatchObject({ code: 0 });
      expect(await run(['check-config', '--connect'], environment)).toMatchObject({ code: 0 });
    }
    expect(await run(['user', 'add', 'ada', '--password-stdin'], environment, 'a long password')).toMatchObject({
      code: 0,
    });
    expect((await run(['user', 'list'], environment)).stdout).toContain('ada');
    // and the other installation knows nothing of it
    expect((await run(['user', 'list'], { ...environment, CQ_DATABASE_SCHEMA: '' })).stdout).not.toContain('ada');
  });

  it('that is missing is made by nothing that only reads', async () => {
    await using database = await createDatabase();
    const config = configOf(database.url, { schema: 'cq' });
    const refused = { advice: expect.stringContaining('holds no data of a cq server') };
    await expect(openStore(config, { migrate: false })).rejects.toMatchObject(refused);
    await expect(openStore(config, { migrate: true, existing: true })).rejects.toMatchObject(refused);
    expect((await inspectDatabase(config)).kind).toBe('empty');
    expect(await database.query(`select to_regnamespace('cq') as found`)).toEqual([{ found: null }]);
  });

  it('that the role may not create, or not use, is said to be that', async () => {
    await using installation = await beside();
    const { database, role, url } = installation;
    const config = configOf(url, { schema: 'cq' });
    const missing = { advice: expect.stringContaining(`the role ${role} may not create one`) };
    await expect(openStore(config, { migrate: true })).rejects.toMatchObject(missing);
    await expect(openStore(config, { migrate: false })).rejects.toMatchObject(missing);
    await expect(inspectDatabase(config)).rejects.toMatchObject(missing);
    await database.query('create schema cq');
    const unusable = { advice: expect.stringContaining(`the role ${role}, which may not use the schema "cq"`) };
    await expect(openStore(config, { migrate: true })).rejects.toMatchObject(unusable);
    await expect(openStore(config, { migrate: false })).rejects.toMatchObject(unusable);
    await database.query(`grant usage on schema cq to ${role}`);
    await expect(openStore(config, { migrate: true })).rejects.toThrow(UnusableDatabaseError);
    await expect(inspectDatabase(config)).rejects.toMatchObject({ advice: expect.stringContaining('grant it CREATE') });
  });

  const url = 'postgresql://cq@localhost/cq';
  const read = (environment: Record<string, string>) => readConfig({ ...secrets, ...environment }).database;

  it.for(['cq', 'Cq', 'ä'.repeat(31), oddName, 'public', 'my-schema', '1'])('may be named %j', (schema) => {
    expect(read({ CQ_DATABASE_URL: url, CQ_DATABASE_SCHEMA: schema })).toMatchObject({ schema });
  });

  it.for(['ä'.repeat(32), 'pg_cq', 'pg_catalog', 'information_schema', 'a\nb', 'a\0b'])(
    'may not be named %j',
    (schema) => {
      expect(() => read({ CQ_DATABASE_URL: url, CQ_DATABASE_SCHEMA: schema })).toThrow(
        'CQ_DATABASE_SCHEMA must be the name of a schema',
      );
    },
  );

  it('goes with PostgreSQL, and with no search_path beside it', () => {
    const schema = { CQ_DATABASE_SCHEMA: 'cq' };
    expect(() => read(schema)).toThrow('CQ_DATABASE_SCHEMA goes with a CQ_DATABASE_URL of PostgreSQL.');
    expect(() => read({ ...schema, CQ_DATABASE_URL: 'sqlite:///cq.db' })).toThrow('goes with a CQ_DATABASE_URL');
    const twice = `${url}?options=-c%20search_path%3Da`;
    expect(() => read({ ...schema, CQ_DATABASE_URL: twice })).toThrow('keep one');
    expect(() => read({ ...schema, CQ_DATABASE_URL: url, CQ_DATABASE_MIGRATION_URL: twice })).toThrow('keep one');
  });
});

it.for(['pg_catalog, public', 'pg_temp, public', 'information_schema'])(
  'a search path that begins with a schema of the server itself is refused: %s',
  async (path) => {
    await using database = await createDatabase({ empty: true });
    await database.query(`alter database ${new URL(database.url).pathname.slice(1)} set search_path = ${path}`);
    const advice = expect.stringMatching(
      /begins with (pg_catalog|pg_temp_\d+|information_schema), .* put another one first/,
    );
    await expect(openStore(configOf(database.url), { migrate: true })).rejects.toMatchObject({ advice });
    await expect(inspectDatabase(configOf(database.url))).rejects.toMatchObject({ advice });
  },
);
