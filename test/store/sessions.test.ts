import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { PostgresConfig } from '../../src/config/database.ts';
import { exportUnits } from '../../src/domain/export-import.ts';
import { UnavailableError, UnusableDatabaseError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { openPool, queries } from '../../src/store/postgres/connection.ts';
import { PooledClient } from '../../src/store/postgres/pooled-client.ts';
import { PreparingClient } from '../../src/store/postgres/preparing-client.ts';
import { readOptions, startupOptions, transactionSettings } from '../../src/store/postgres/session-settings.ts';
import { isPooled } from '../../src/store/postgres/sessions.ts';
import { campaign } from '../campaign.ts';
import { configOf, postgres } from '../postgres/databases.ts';
import { type PgBouncerOptions, startPgBouncer, withPgBouncer } from '../postgres/pgbouncer.ts';
import { startStartupProxy, type Treatment } from '../postgres/startup-proxy.ts';
import { createUnusual, unusualSettings } from '../postgres/unusual.ts';
import { aProposal, noon, put } from './conformance/fixture.ts';

const { url: server } = await postgres();

describe('options of a startup packet', () => {
  const cases: [text: string, settings: (readonly [string, string])[]][] = [
    ['', []],
    ['-c search_path=cq', [['search_path', 'cq']]],
    [
      '  -c search_path=cq,\\ public\t--work-mem=64MB ',
      [
        ['search_path', 'cq, public'],
        ['work_mem', '64MB'],
      ],
    ],
    [
      '-csearch_path=cq -c Jit=on',
      [
        ['search_path', 'cq'],
        ['jit', 'on'],
      ],
    ],
    ['-c search_path="a\\ \\\\b=c"', [['search_path', '"a \\b=c"']]],
    ['-c hnsw.ef_search=7', [['hnsw.ef_search', '7']]],
    ['endpoint=ep-cool-1 -c jit=on project=p reference=r', [['jit', 'on']]],
  ];
  it.for(cases)('are read as PostgreSQL reads them: %j', ([text, settings]) => {
    expect(readOptions(text)).toEqual(settings);
  });

  it.for(['-e', '-c', '-c search_path', 'search_path=cq', '-B 100'])('are not settings: %j', (text) => {
    expect(() => readOptions(text)).toThrow('is no setting of the form -c name=value');
  });

  const config = configOf('postgresql://h/d?options=-c%20timezone%3DJapan%20-c%20statement_timeout%3D7', {
    schema: 'a "b" \\ c',
  });

  it('are the same settings as those of a transaction', () => {
    const options = new Map(readOptions(startupOptions(config.primary, config)));
    const { begin, set } = transactionSettings(config.primary, config, { schema: null, vectors: '0.8.0' });
    const isolation = options.get('default_transaction_isolation');
    options.delete('default_transaction_isolation');
    options.delete('cq.options');
    expect(begin).toBe(`begin isolation level ${isolation}`);
    const inTransaction = [...set.matchAll(/set_config\('([^']+)', ( E)?'([^']*)', true\)/g)].map(
      ([, name, escaped, value = '']) => [name, escaped ? value.replaceAll('\\\\', '\\') : value],
    );
    expect(Object.fromEntries(inTransaction)).toEqual(Object.fromEntries(options));
    // what answers depend on is nobody else's to set; a timeout is
    expect(options.get('timezone')).toBe('UTC');
    expect(options.get('statement_timeout')).toBe('7');
    expect(options.get('search_path')).toBe('"a ""b"" \\ c"');
  });

  it('has what this version of pgvector knows', () => {
    const of = (vectors: string | null) => {
      const { set } = transactionSettings(config.primary, config, { schema: null, vectors });
      return [...set.matchAll(/hnsw\.\w+/g)].map(([name]) => name);
    };
    expect(of('0.8.1')).toEqual(['hnsw.ef_search', 'hnsw.iterative_scan', 'hnsw.max_scan_tuples']);
    expect(of('1.0.0')).toHaveLength(3);
    expect(of('0.7.4')).toEqual(['hnsw.ef_search']);
    expect(of(null)).toEqual([]);
  });

  it('begins transactions that only read, where they say so', () => {
    const readonly = { ...config.primary, options: '-c default_transaction_read_only=on' };
    const { begin, set } = transactionSettings(readonly, config, { schema: null, vectors: null });
    expect(begin).toBe('begin isolation level read committed read only');
    expect(set).not.toContain('read_only');
  });
});

/** What may be between the server and its database. */
interface Between {
  readonly name: string;
  readonly needs: object;
  readonly start: () => Promise<AsyncDisposable & { through(url: string): string }>;
}

const pgBouncer = (mode: PgBouncerOptions['mode'], ...settings: string[]): Between => ({
  name: `PgBouncer with ${mode} pooling that ${settings.length > 0 ? 'ignores' : 'refuses'} options`,
  needs: withPgBouncer,
  start: () => startPgBouncer(server, { mode, settings }),
});
const ignoring = 'ignore_startup_parameters = extra_float_digits,options';
const proxy = (name: string, treatment: Treatment): Between => ({
  name,
  needs: {},
  start: () => startStartupProxy(server, treatment),
});

const between: Between[] = [
  pgBouncer('transaction'),
  ...campaign([], [pgBouncer('session')]),
  pgBouncer('session', ignoring),
  ...campaign([], [pgBouncer('transaction', ignoring), proxy('a proxy that drops options', 'drop')]),
  proxy('a proxy that refuses options as RDS Proxy does', {
    code: '0A000',
    message: "Feature not supported: RDS Proxy currently doesn't support command-line options.",
  }),
  ...campaign(
    [],
    [
      proxy('a proxy that refuses options as newer versions of PgBouncer do', {
        code: '08P01',
        message: 'unsupported startup parameter in options: jit',
      }),
    ],
  ),
];

describe.for(between)('$name', ({ needs, start }) => {
  /** A database with unusual settings, and its configuration through what is in between. */
  async function open(changes: Partial<PostgresConfig> = {}, options = {}) {
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await createUnusual(options));
    const through = resources.use(await start());
    const url = through.through(database.url);
    const held = resources.move();
    return { database, url, config: configOf(url, changes), [Symbol.asyncDispose]: () => held.disposeAsync() };
  }

  it('makes no difference to migrations, answers and an export', needs, async () => {
    await using behind = await open({}, { empty: true });
    const { config } = behind;
    // at once, and all but one find nothing to do
    const stores = await Promise.all([1, 2, 3].map(() => openStore(config, { migrate: true })));
    const [store] = stores as [(typeof stores)[0]];
    const unit = await put(store, { createdAt: noon, updatedAt: noon, evidence: confidentAt(0.1 + 0.2) });
    expect(await store.units.find(unit.id)).toEqual(unit);
    const lines = await Array.fromAsync(exportUnits(store));
    expect(lines.map(({ line }) => JSON.parse(line).created_at)).toEqual([noon.toISOString()]);
    const found = await store.units.list({}, { field: 'createdAt', direction: 'asc' }, { limit: 10 });
    expect(found.items).toEqual([unit]);
    for (const each of stores) await each.close();
    // and a second time
    await (await openStore(config, { migrate: true })).close();
  });

  it('fails none of many proposals and confirmations at once', needs, async () => {
    await using behind = await open();
    const store = await openStore(behind.config, { migrate: false });
    const unit = await put(store);
    const many = Array.from({ length: 30 }, (_, i) => i);
    const at = new Date();
    await Promise.all(
      many.flatMap((i) => [
        store.units.propose(aProposal(), at, { key: `key-${i}`, since: noon }),
        store.units.confirm(unit.id, 'rob', at, 0.01),
      ]),
    );
    expect(await store.units.count({})).toBe(31);
    expect((await store.units.find(unit.id))?.evidence.confirmations).toBe(31);
    await store.close();
  });

  it('leaves a session as it was, and has its own settings in each transaction', needs, async () => {
    await using behind = await open({ poolSize: 1, statementTimeoutMs: 1234, lockTimeoutMs: 987 });
    const { config, url } = behind;
    const pool = openPool(config.primary, config);
    const db = queries(pool);
    const asked = `select current_setting('timezone') as timezone, current_setting('datestyle') as datestyle,
      current_setting('transaction_isolation') as isolation, current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock, current_setting('search_path') as path`;
    const ours = {
      timezone: 'UTC',
      datestyle: 'ISO, MDY',
      isolation: 'read committed',
      statement: '1234ms',
      lock: '987ms',
      path: '"public"',
    };
    const ask = (client: Pick<typeof db, 'executeQuery'>) =>
      client.executeQuery({ sql: asked, parameters: [], query: {} } as never).then(({ rows }) => rows[0]);
    expect(await ask(db)).toEqual(ours);
    expect(await db.transaction().execute(ask)).toEqual(ours);
    const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
    expect(await snapshot.execute(ask)).toEqual({ ...ours, isolation: 'repeatable read' });
    expect(await db.connection().execute(ask)).toEqual(ours);
    // an error is that of its statement, and of no later one
    const failing = db.executeQuery({ sql: 'select 1 / $1::integer', parameters: [0], query: {} } as never);
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    const slow = db.executeQuery({ sql: 'select pg_sleep(60)', parameters: [], query: {} } as never);
    await expect(slow).rejects.toThrow(UnavailableError);
    expect(await ask(db)).toEqual(ours);
    expect(isPooled(db)).toBe(true);
    await pool.end();

    // the next one to have the session
    const stranger = new pg.Client(url);
    await stranger.connect();
    const { rows } = await stranger.query(`
      select current_setting('timezone') as timezone, current_setting('search_path') as path,
             (select count(*)::integer from pg_prepared_statements) as prepared,
             (select count(*)::integer from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as locks`);
    await stranger.end();
    expect(rows).toEqual([{ timezone: unusualSettings.timezone, path: '"$user", public', prepared: 0, locks: 0 }]);
  });

  it('lets nothing write through a store that is read-only', needs, async () => {
    await using behind = await open();
    const store = await openStore(behind.config, { migrate: false, readonly: true });
    await expect(put(store)).rejects.toThrow(UnavailableError);
    expect(await store.units.count({})).toBe(0);
    await store.close();
  });

  it('has settings of the URL too, and says which it cannot have', needs, async () => {
    await using behind = await open();
    const config = (options: string) =>
      configOf(`${behind.url}?options=${encodeURIComponent(options)}`, { poolSize: 1 });
    const pool = openPool(config('-c work_mem=7MB').primary, config('-c work_mem=7MB'));
    const { rows } = await queries(pool).executeQuery<{ work_mem: string }>({
      sql: `select current_setting('work_mem') as work_mem`,
      parameters: [],
      query: {},
    } as never);
    await pool.end();
    expect(rows).toEqual([{ work_mem: '7MB' }]);
    const refused = openStore(config('-e'), { migrate: false });
    await expect(refused).rejects.toThrow(UnusableDatabaseError);
    const unknown = openStore(config('-c no_such_setting=1'), { migrate: false });
    await expect(unknown).rejects.toThrow('no_such_setting');
  });
});

const confidentAt = (confidence: number) => ({
  confidence,
  confirmations: 1,
  firstObservedAt: noon,
  lastConfirmedAt: null,
});

it('PgBouncer with statement pooling is refused at the start', withPgBouncer, async () => {
  await using database = await createUnusual();
  await using pooler = await startPgBouncer(server, { mode: 'statement' });
  await expect(openStore(configOf(pooler.through(database.url)), { migrate: false })).rejects.toMatchObject({
    advice: expect.stringContaining('set its pool_mode to transaction'),
  });
});

it('many connections that are refused at once for their options are all made without', async () => {
  await using refusing = await startStartupProxy(server, {
    code: '08P01',
    message: 'unsupported startup parameter: options',
  });
  const config = configOf(refusing.through(server), { poolSize: 8 });
  const pool = openPool(config.primary, config);
  const clients = await Promise.all(Array.from({ length: 8 }, () => pool.connect()));
  // each was refused, and made again
  expect(refusing.seen.filter((parameters) => parameters.has('options'))).toHaveLength(8);
  for (const client of clients) client.release(true);
  await (await pool.connect()).release();
  expect(refusing.seen.at(-1)?.has('options')).toBe(false);
  await pool.end();
});

it.for([
  ['that takes nothing else', /^reference=cool$/],
  ['that ignores the rest', /reference=cool/],
] as const)('options that name the database to a hosted pooler reach one %s', async ([, unless]) => {
  await using pooler = await startStartupProxy(server, { code: 'XX000', message: 'invalid options', unless });
  await using database = await createUnusual();
  const url = `${pooler.through(database.url)}?options=${encodeURIComponent('reference=cool -c work_mem=7MB')}`;
  const config = configOf(url);
  const store = await openStore(config, { migrate: true });
  await put(store, {});
  await store.close();
  const pool = openPool(config.primary, config);
  const client = await pool.connect();
  const { rows } = await client.query('show work_mem');
  client.release();
  await pool.end();
  expect(rows).toEqual([{ work_mem: '7MB' }]);
});

describe('a client behind a pooler', () => {
  const settings = { begin: 'begin', set: `select set_config('timezone', 'UTC', true)` };

  it('leaves no transaction open when its settings cannot be set', async () => {
    const pool = new pg.Pool({ connectionString: server, max: 1, Client: PreparingClient as never });
    const client = (await pool.connect()) as unknown as PreparingClient & pg.PoolClient;
    const failing = new PooledClient(client, { ...settings, set: 'select 1 / 0' });
    for (const text of ['begin', 'start transaction read only', 'select 1']) {
      await expect(failing.query(text)).rejects.toMatchObject({ code: '22012' });
      expect(client.getTransactionStatus()).toBe('I');
    }
    failing.release();
    expect(pool.idleCount).toBe(1);
    await pool.end();
  });

  it('is closed when it is released within a transaction', async () => {
    const pool = new pg.Pool({ connectionString: server, max: 1, Client: PreparingClient as never });
    const pooled = new PooledClient((await pool.connect()) as unknown as PreparingClient & pg.PoolClient, settings);
    await pooled.query('begin');
    pooled.release();
    expect(pool.totalCount).toBe(0);
    await pool.end();
  });
});

describe('a direct connection', () => {
  it('has its settings in the session, and costs no more round trips', async () => {
    await using database = await createUnusual();
    const config = configOf(database.url, { poolSize: 1 });
    const pool = openPool(config.primary, config);
    const db = queries(pool);
    const client = await pool.connect();
    expect(client).toBeInstanceOf(pg.Client);
    expect(isPooled(db)).toBe(false);
    const { rows } = await client.query(`select current_setting('timezone') as timezone`);
    expect(rows).toEqual([{ timezone: 'UTC' }]);
    client.release();
    await pool.end();
  });

  it('is refused when another schema comes first than before', async () => {
    await using database = await createUnusual();
    const config = configOf(database.url, { poolSize: 2 });
    const pool = openPool(config.primary, config);
    const first = await pool.connect();
    await database.query('create schema authorization current_user');
    await expect(pool.connect()).rejects.toMatchObject({ advice: expect.stringContaining('first in its search_path') });
    first.release();
    await pool.end();
  });
});
