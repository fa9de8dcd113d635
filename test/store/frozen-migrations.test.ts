import { createHash } from 'node:crypto';
import BetterSqlite from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { steps } from '../../migrations/index.ts';
import {
  type MigrationDialect,
  postgresMigrationDialect,
  type Schema,
  sqliteMigrationDialect,
  stepContext,
} from '../../migrations/step.ts';
import { termOf } from '../../src/store/sql/search/term-ids.ts';
import { chunkSize, listIn } from '../../src/store/sql/words/chunk.ts';
import { loadVectors } from '../../src/store/sqlite/connection.ts';
import { createDatabase } from '../postgres/databases.ts';

interface Opened extends AsyncDisposable {
  readonly db: Schema;
  readonly side: MigrationDialect;
}

const databases: Readonly<Record<string, () => Promise<Opened>>> = {
  async SQLite() {
    const database = new BetterSqlite(':memory:');
    loadVectors(database);
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) }) as Schema;
    return { db, side: sqliteMigrationDialect, [Symbol.asyncDispose]: () => db.destroy() };
  },
  async PostgreSQL() {
    const database = await createDatabase({ empty: true });
    const pool = new pg.Pool({ connectionString: database.url, options: '-c timezone=UTC' });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }) as Schema;
    return {
      db,
      side: postgresMigrationDialect,
      async [Symbol.asyncDispose]() {
        await db.destroy();
        await database[Symbol.asyncDispose]();
      },
    };
  },
};

const at = '2025-03-01T10:00:00+02:00';
const unit = (data: object) =>
  JSON.stringify({ version: 1, evidence: { confidence: 0.65, first_observed: at }, ...data });
const rows = {
  users: [{ id: 3, username: 'mia', password_hash: '$2b$12$x', created_at: at }],
  api_keys: [
    {
      ...{ id: 'key_1', user_id: 3, name: 'laptop', labels: '["a"]', key_prefix: 'cqa', key_hash: 'hash', ttl: '90d' },
      ...{ expires_at: at, created_at: at, last_used_at: null, revoked_at: null },
    },
  ],
  knowledge_units: [
    {
      id: 'ku_00000000-0000-0000-0000-00000000000A',
      data: unit({
        domains: [' API ', 'api', 'Straße'],
        insight: { summary: 'useEffect runs twice', detail: 'Zugvögel, C++ and err_module_not_found', action: 'utf-8' },
        context: { languages: ['TypeScript'], frameworks: ['React'], pattern: 'Hook' },
        tier: 'team',
        extensions: { 'x:y': [1.0, '1.0'] },
        flags: [{ reason: 'FLAG_REASON_STALE', timestamp: at, detail: 'old' }],
      }).replace('[1,', '[1.0,'),
      ...{ status: 'approved', reviewed_by: 'rob', reviewed_at: '2025-03-02', created_at: at, tier: 'private' },
    },
    {
      id: `ku_${'b'.repeat(32)}`,
      data: unit({ domain: 'db', insight: { summary: 'x', detail: '接続', action: '' }, superseded_by: 'ku_1' }),
      ...{ status: 'pending', reviewed_by: null, reviewed_at: null, created_at: at, tier: 'private' },
    },
    {
      ...{ id: 'ku_c', data: '{}', status: 'approved', reviewed_by: null, reviewed_at: null, created_at: at },
      tier: 'private',
    },
  ],
};

/** What is in these tables, alike on both databases; a moment of the run itself is left out. */
async function contents(db: Schema): Promise<string> {
  const read = async (table: string, query: ReturnType<typeof sql>) =>
    [table, (await query.execute(db)).rows.map((row) => Object.values(row as object).map(plain))] as const;
  const all = (table: string, order: string) =>
    read(table, sql`select * from ${sql.table(table)} order by ${sql.raw(order)}`);
  const tables = [
    await all('users', 'id'),
    await all('api_keys', 'id'),
    await all('knowledge_units', 'id'),
    await all('knowledge_unit_domains', 'unit_id, domain'),
    await all('knowledge_unit_context', 'unit_id, kind, value'),
    await all('knowledge_unit_flags', 'id'),
    await all('events', 'id'),
    await read('quarantine', sql`select source, source_id, content, reason from quarantine order by id`),
    await read(
      'search_postings',
      sql`select unit_id, term, impact from search_postings join search_documents on id = document order by unit_id, term`,
    ),
  ];
  return JSON.stringify(tables, null, 1);
}

/** What `unit_counts` adds up to: `kind key count`. */
async function counts(db: Schema): Promise<string[]> {
  const { rows } = await sql<{ kind: string; key: string; count: unknown }>`
    select kind, key, sum(count) as count from unit_counts group by kind, key order by kind, key`.execute(db);
  return rows.map(({ kind, key, count }) => `${kind} ${key} ${count}`);
}

interface PostingRow {
  readonly document: number;
  readonly term: number;
  readonly impact: number;
}

/** The postings of the release before chunks. */
async function released17(db: Schema): Promise<PostingRow[]> {
  const { rows } = await sql<PostingRow>`
    select document, term, impact from search_postings order by document, term`.execute(db);
  return rows.map(({ document, term, impact }) => ({ document, term: Number(term), impact }));
}

/** The postings in chunks, read by a program of today. */
async function chunked(db: Schema, terms: readonly number[]): Promise<PostingRow[]> {
  const { rows } = await sql<{ chunk: number; key: number; postings: Buffer }>`
    select chunk, key, postings from search_chunks join search_packs on search_packs.build = search_chunks.build`.execute(
    db,
  );
  return rows
    .flatMap(({ chunk, postings }) =>
      terms.flatMap((term) => {
        const { impacts, counts, offsets } = listIn(postings, term);
        const each = [...impacts].flatMap((impact, group) => Array<number>(counts[group] ?? 0).fill(impact));
        return [...offsets].map((offset, place) => ({
          ...{ document: chunk * chunkSize + offset, term },
          impact: each[place] as number,
        }));
      }),
    )
    .sort((one, other) => one.document - other.document || one.term - other.term);
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' && /^\d{10,}$/.test(value) ? Number(value) : value;
}

describe.for(Object.keys(databases))('released migrations, on %s', (name) => {
  it('make of given rows what they made when they were released', async () => {
    await using opened = (await databases[name]?.()) as Opened;
    const { db, side } = opened;
    const context = stepContext(db, side, { tell: () => {}, pause: async () => {} });
    for (const step of steps) {
      await step.run(context);
      if (step.name === '0001-baseline')
        for (const [table, some] of Object.entries(rows)) await db.insertInto(table).values(some).execute();
      // tables may get columns later, which these contents have not
      if (step.name === '0013-sign-ins') {
        const made = await contents(db);
        expect(createHash('sha256').update(made).digest('hex'), made).toBe(released);
      }
      if (step.name === '0014-unit-counts') expect(await counts(db)).toEqual(releasedCounts);
      if (step.name === '0022-word-chunks') {
        const postings = await released17(db);
        expect(await chunked(db, [...new Set(postings.map(({ term }) => term))])).toEqual(postings);
      }
    }
  });
});

describe.for(Object.keys(databases))('the index in chunks, on %s', (name) => {
  it('has of each unit the words of the analyser that indexed it last', async () => {
    await using opened = (await databases[name]?.()) as Opened;
    const { db, side } = opened;
    const context = stepContext(db, side, { tell: () => {}, pause: async () => {} });
    const upTo = steps.findIndex(({ name: step }) => step === '0022-word-chunks');
    for (const step of steps.slice(0, upTo)) {
      await step.run(context);
      if (step.name === '0001-baseline')
        await db
          .insertInto('knowledge_units')
          .values(Array.from({ length: 4 }, (_, at) => spelledRow({ domains: ['C++'] }, at)))
          .execute();
    }
    await sql`update search_documents set analyser = 2 where id % 2 = 0`.execute(db);
    await steps[upTo]?.run(context);
    const indexed = await sql<{ id: number; analyser: number }>`
      select id, analyser from search_documents order by id`.execute(db);
    const of = (version: number) => indexed.rows.filter(({ analyser }) => analyser === version).map(({ id }) => id);
    // what version 1 makes of C++, and what version 2 does
    const having = async (token: string) => (await chunked(db, [termOf(token)])).map(({ document }) => document);
    expect(await having('c')).toEqual(of(1));
    expect(await having('cplusplu')).toEqual(of(2));
    expect(of(2)).toHaveLength(2);
  });
});

describe.for(Object.keys(databases))('the last use of accounts, on %s', (name) => {
  it('is at first that of their keys and sign-ins', async () => {
    await using opened = (await databases[name]?.()) as Opened;
    const { db, side } = opened;
    const context = stepContext(db, side, { tell: () => {}, pause: async () => {} });
    const upTo = steps.findIndex(({ name: step }) => step === '0030-sessions');
    for (const step of steps.slice(0, upTo)) await step.run(context);
    const on = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
    const users = [1, 2, 3].map((id) => ({ id, username: `u${id}`, password_hash: '', role: 'member' }));
    await db
      .insertInto('users')
      .values(users.map((user) => ({ ...user, created_at: on(1) })))
      .execute();
    const key = { name: 'k', labels: '[]', key_prefix: 'p', ttl: '1d', created_at: on(1), expires_at: on(9) };
    const keys = [
      { id: 'a', key_hash: 'a', user_id: 1, last_used_at: on(3) },
      { id: 'b', key_hash: 'b', user_id: 1, last_used_at: on(5) },
      { id: 'c', key_hash: 'c', user_id: 2, last_used_at: null },
    ];
    await db
      .insertInto('api_keys')
      .values(keys.map((each) => ({ ...key, ...each })))
      .execute();
    const places = [
      { user_id: 1, place: 'p', last_used_at: on(4) },
      { user_id: 2, place: 'p', last_used_at: on(2) },
    ];
    await db.insertInto('sign_in_places').values(places).execute();
    await steps[upTo]?.run(context);
    const { rows: found } = await sql<{ at: unknown }>`select last_used_at as at from users order by id`.execute(db);
    expect(found.map(({ at }) => plain(at))).toEqual([on(5), on(2), null]);
  });
});

describe.for(Object.keys(databases))('NFC, on %s', (name) => {
  it('merges domains that become equal, and leaves all else as it was', async () => {
    await using opened = (await databases[name]?.()) as Opened;
    const { db, side } = opened;
    const context = stepContext(db, side, { tell: () => {}, pause: async () => {} });
    const upTo = steps.findIndex(({ name: step }) => step === '0015-nfc');
    for (const step of steps.slice(0, upTo)) {
      await step.run(context);
      if (step.name === '0001-baseline')
        await db.insertInto('knowledge_units').values(spelled.map(spelledRow)).execute();
    }
    await steps[upTo]?.run(context);
    expect((await sql`select reason from quarantine`.execute(db)).rows).toEqual([]);
    const select = async (what: string) =>
      (await sql.raw(what).execute(db)).rows.map((row) => Object.values(row as object));
    expect(await select('select domains, languages from knowledge_units order by id')).toEqual([
      ['["café","db"]', '["re\u0301sume\u0301","résumé"]'],
      ['["한국","ab"]', '["x"]'],
      ['["ascii"]', '["x"]'],
      ['["é","é2"]', '["é"]'],
    ]);
    const rowsOf =
      'select substr(unit_id, 35), domain, status, confidence, domain_count from knowledge_unit_domains order by unit_id, domain';
    expect(await select(rowsOf)).toEqual([
      ['1', 'café', 'approved', 0.65, 2],
      ['1', 'db', 'approved', 0.65, 2],
      ['2', 'ab', 'approved', 0.65, 2],
      ['2', '한국', 'approved', 0.65, 2],
      ['3', 'ascii', 'approved', 0.65, 1],
      ['4', 'é', 'approved', 0.65, 2],
      ['4', 'é2', 'approved', 0.65, 2],
    ]);
    const context1 = "select kind, value from knowledge_unit_context where unit_id like '%1' order by kind, value";
    expect(await select(context1)).toEqual([
      ['framework', 'vue'],
      ['language', 'résumé'],
      ['pattern', 'é'],
    ]);
    // only the unit that has fewer domains has to be indexed again
    expect(await select('select substr(unit_id, 35), analyser from search_documents order by unit_id')).toEqual([
      ['1', 0],
      ['2', 1],
      ['3', 1],
      ['4', 1],
    ]);
    const counted = (await counts(db)).filter((count) => /^domain .* [^0]/.test(count));
    expect(counted).toEqual(['ab', 'ascii', 'café', 'db', 'é', 'é2', '한국'].map((domain) => `domain ${domain} 1`));
    const before = await contents(db);
    await steps[upTo]?.run(context);
    expect(await contents(db)).toBe(before);
  });
});

describe.for(Object.keys(databases))('skeletons of names, on %s', (name) => {
  it('are of every account, of those that look alike of the first, and all accounts stay', async () => {
    await using opened = (await databases[name]?.()) as Opened;
    const { db, side } = opened;
    const context = stepContext(db, side, { tell: () => {}, pause: async () => {} });
    const users = ['mia', 'MIA', 'rnia', 'zoe\u0308', '', '\u202e', 'x'.repeat(5000), 'rob'].map((username, index) => ({
      ...{ id: index + 1, username, password_hash: '$2b$12$x', created_at: at },
    }));
    for (const step of steps) {
      await step.run(context);
      if (step.name === '0001-baseline') await db.insertInto('users').values(users).execute();
      if (step.name === '0016-name-skeletons') break;
    }
    const named = await db.selectFrom('users').select('username').orderBy('id').execute();
    expect(named.map(({ username }) => username)).toEqual(users.map(({ username }) => username));
    const made = await db.selectFrom('name_skeletons').selectAll().orderBy('user_id').orderBy('skeleton').execute();
    expect(made.map(({ user_id }) => user_id)).toEqual([1, 2, 4, 5, 7, 8]);
    const digest = createHash('sha256')
      .update(JSON.stringify(made.map(({ skeleton }) => skeleton)))
      .digest('hex');
    expect(digest).toBe(releasedSkeletons);
  });
});

describe.for(Object.keys(databases))('the people who have confirmed, on %s', (name) => {
  it('are those of the events, also of what the release before writes afterwards', async () => {
    await using opened = (await databases[name]?.()) as Opened;
    const { db, side } = opened;
    const context = stepContext(db, side, { tell: () => {}, pause: async () => {} });
    const upTo = steps.findIndex(({ name: step }) => step === '0025-confirmers');
    const [one, two] = [1, 2].map((count) => `ku_${count.toString(16).padStart(32, '0')}`);
    for (const step of steps.slice(0, upTo)) {
      await step.run(context);
      if (step.name === '0001-baseline')
        await db
          .insertInto('knowledge_units')
          .values(Array.from({ length: 2 }, (_, at) => spelledRow({ domains: ['db'] }, at)))
          .execute();
    }
    await sql`update knowledge_units set created_by = 'mia'`.execute(db);
    const confirm = (unit: string | undefined, actor: string, hour: number) =>
      db
        .insertInto('events')
        .values({ type: 'confirmed', unit_id: unit, actor, at: `2026-03-01T0${hour}:00:00.000Z` })
        .execute();
    for (const [actor, hour] of [
      ['rob', 1],
      ['rob', 3],
      ['ann', 2],
      ['mia', 1],
      ['mia', 2],
    ] as const)
      await confirm(one, actor, hour);
    await steps[upTo]?.run(context);
    const state = async () => ({
      units: (await sql`select confirmers, own_confirmations from knowledge_units order by id`.execute(db)).rows,
      people: (
        await sql<{ who: string; last_at: unknown }>`
          select substr(unit_id, 35) || ' ' || username as who, last_at from unit_confirmers order by 1`.execute(db)
      ).rows.map(({ who, last_at }) => `${who} ${String(plain(last_at)).slice(11, 13)}`),
    });
    expect(await state()).toEqual({
      units: [
        { confirmers: 2, own_confirmations: 2 },
        { confirmers: 0, own_confirmations: 0 },
      ],
      people: ['1 ann 02', '1 mia 02', '1 rob 03'],
    });
    for (const actor of ['rob', 'eve', 'eve']) await confirm(one, actor, 5);
    await confirm(one, 'mia', 6);
    for (const actor of ['mia', 'rob']) await confirm(two, actor, 5);
    expect(await state()).toEqual({
      units: [
        { confirmers: 3, own_confirmations: 3 },
        { confirmers: 1, own_confirmations: 1 },
      ],
      people: ['1 ann 02', '1 eve 05', '1 mia 06', '1 rob 05', '2 mia 05', '2 rob 05'],
    });
  });
});

const releasedSkeletons = '55f70b9f4bbedcbd0f892ded554e681eb289b748f658ea8a03d2e5bc15392d0a';

/** Domains and languages, with characters in several forms. */
const spelled = [
  {
    domains: ['Cafe\u0301', 'café', 'db'],
    languages: ['re\u0301sume\u0301', 'résumé'],
    frameworks: ['vue'],
    pattern: 'E\u0301',
  },
  { domains: ['\u1112\u1161\u11ab국', 'ab'], languages: ['x'] },
  { domains: ['ascii'], languages: ['x'] },
  { domains: ['é', 'e\u03012'], languages: ['é'] },
];

const spelledRow = ({ domains, ...context }: { domains: string[] }, index: number) => ({
  id: `ku_${(index + 1).toString(16).padStart(32, '0')}`,
  data: unit({ domains, context, insight: { summary: 's', detail: 'd', action: 'a' } }),
  ...{ status: 'approved', reviewed_by: 'rob', reviewed_at: at, created_at: at, tier: 'private' },
});

const released = '3d3e6b652ab63543fe67111cca9b02f44fecbd14b291a2b145ca0418c43bd092';
const releasedCounts = ['proposed 2025-03-01 1', 'status pending 1'];
