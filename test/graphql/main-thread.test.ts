import BetterSqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { temporaryFolder } from '../process.ts';

/**
 * On a SQLite file what may take long runs in threads of their own, and not in the one that answers all requests. Here the
 * statements of that one are written down: none may go through all units, or count or sort many. The plans are the same for any
 * number of units, since the tables have no statistics.
 */

const folder = temporaryFolder();
const statement = Object.getPrototypeOf(new BetterSqlite(':memory:').prepare('select 1'));
const plain = { all: statement.all, run: statement.run, get: statement.get };
let ran = new Set<string>();
let server: TestServer;
let ids: string[];
beforeAll(async () => {
  server = await startServer({ CQ_DB_PATH: folder.file('cq.db') }, 'sqlite');
  ids = [];
  // more units in one domain than are read in that thread
  for (let index = 0; index < 160; index++)
    ids.push((await server.unit({ domains: ['api', `d${index}`], status: index % 3 ? 'approved' : 'pending' })).id);
  ids.length = 100;
  for (const name of ['all', 'run', 'get'] as const)
    statement[name] = function (this: { source: string }, ...values: unknown[]) {
      ran.add(this.source);
      return plain[name].apply(this, values);
    };
});
afterAll(async () => {
  Object.assign(statement, plain);
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const unit = 'id domains evidence { confidence } flagCounts { count } flags(first: 1) { totalCount }';
const nodes = `{ totalCount nodes { ${unit} } }`;
const parts = [
  'domains: ["api", "d1"]',
  'domains: ["api", "d1"], domainMatch: ALL',
  'languages: ["typescript"]',
  'frameworks: ["react"]',
  'pattern: "x"',
  'tiers: [PRIVATE, PUBLIC]',
  'confidence: { min: 0.1, max: 0.9 }',
  'createdAt: { from: "2025-01-01T00:00:00Z" }',
  'reviewedAt: { from: "2025-01-01T00:00:00Z", to: "2099-01-01T00:00:00Z" }',
  'hasFlags: false',
  'flags: { max: 3 }',
  'confirmers: { min: 0, max: 9 }',
  'lastConfirmedAt: { from: "2025-01-01T00:00:00Z" }',
  'lastAnsweredAt: { to: "2099-01-01T00:00:00Z" }',
  'proposedBy: "mia"',
];
const everything = parts.slice(1).join(', ');
const list = (filter: string, field = 'CREATED_AT') =>
  `{ knowledgeUnits(first: 100, filter: { ${filter} }, orderBy: { field: ${field}, direction: DESC }) ${nodes} }`;

/** What background jobs ask, now and then: of erasures, of near repeats, and of units and words that the index of words does not have yet. */
const inBackground =
  /\b(erased_units|erased_users|search_changes|search_spelling_jobs|select word from search_spellings|insert into search_spellings|near_repeats|text_hash)\b/;

/** Whether a statement counts no further than to one more than the number of rows that the thread reads. */
const countsFew = (source: string) => Number(/ limit (\d+)\) counted$/.exec(source)?.[1] ?? Infinity) <= 101;

/** What of a statement's plan goes through more than it answers with. */
function longParts(source: string): string[] {
  // some people and models, and a number for each table; the latest events, read from the end
  if (
    inBackground.test(source) ||
    countsFew(source) ||
    /from (`(users|api_keys|embedding_models)`|sqlite_sequence)|from `events` as `own` order by `own`\.`id` desc limit \d+$/.test(
      source,
    )
  )
    return [];
  const handle = new BetterSqlite(folder.file('cq.db'), { readonly: true });
  try {
    const parameters = Array.from({ length: source.split('?').length - 1 }, () => 'x');
    const plan = handle.prepare(`explain query plan ${source}`).all(...parameters) as { detail: string }[];
    return [
      ...(/count\(/i.test(source) ? ['counts'] : []),
      ...plan.map(({ detail }) => detail).filter((part) => /^SCAN (?!CONSTANT)|TEMP B-TREE FOR ORDER BY/.test(part)),
    ];
  } finally {
    handle.close();
  }
}

/** The long statements among those that run for what is asked. */
async function longOnesOf(ask: () => Promise<unknown>) {
  ran = new Set();
  // what is asked may run none in this thread: that statements are seen
  await server.store.users.findByName('ann');
  expect([...ran].join()).toContain('from `users`');
  await ask();
  return [...ran].filter((source) => longParts(source).length > 0).map((source) => [source, longParts(source)]);
}

describe('the thread that answers all requests of a SQLite file', () => {
  it.for<[name: string, ask: () => string]>([
    ['nodes', () => `{ nodes(ids: ${JSON.stringify(ids)}) { id ... on KnowledgeUnit { ${unit} } } }`],
    ['knowledgeUnit', () => `{ knowledgeUnit(id: "${ids[1]}") { ${unit} related(first: 10) { similarity } } }`],
    [
      'the evidence of a unit',
      () => `{ knowledgeUnit(id: "${ids[1]}") { confidenceHistory { at } confirmations(first: 100) { totalCount nodes { version } }
        activity(first: 100) { nodes { type } } proposedBy { proposalRecord { approved } } } }`,
    ],
    ['knowledgeUnits', () => list('')],
    ...[
      ...['CREATED_AT', 'UPDATED_AT', 'CONFIDENCE', 'CONFIRMATIONS'],
      ...['LAST_CONFIRMED_AT', 'ANSWERS', 'LAST_ANSWERED_AT', 'FLAGS', 'CONFIRMERS'],
    ].map((field): [string, () => string] => [`knowledgeUnits by ${field}`, () => list('statuses: [PENDING]', field)]),
    ['knowledgeUnits of every status', () => list('statuses: [PENDING, APPROVED, REJECTED]')],
    ...parts.map((part): [string, () => string] => [`knowledgeUnits, ${part}`, () => list(part)]),
    ['knowledgeUnits with every filter', () => list(everything, 'CONFIDENCE')],
    ['reviewQueue', () => `{ reviewQueue(first: 100) ${nodes} }`],
    ['reviewQueue with every filter', () => `{ reviewQueue(first: 100, filter: { ${everything} }) ${nodes} }`],
    ['attention', () => `{ attention(first: 100) ${nodes} }`],
    ['search', () => `{ search(text: "a lesson", first: 50, filter: { ${everything} }) { edges { score } } }`],
    ['search by domain', () => '{ search(filter: { domains: ["api"] }, first: 50) { edges { score } } }'],
    ['users', () => '{ users(first: 100) { totalCount nodes { username } } }'],
    [
      'stats',
      () => `{ stats { totalCount computedAt statusCounts { count } tierCounts { count } domainCounts(first: 100) { count }
        confidenceDistribution { count } confidenceHistogram { count } neverAnsweredCount topContributors { approved } trends(from: "2025-06-01", to: "2026-05-31") { proposed }
        recentActivity(first: 100) { type knowledgeUnit { id } actor { username } } } }`,
    ],
    ['viewer', () => '{ viewer { apiKeys(first: 100, includeInactive: true) { totalCount nodes { name } } } }'],
    ['activity', () => '{ viewer { activity(first: 100) { nodes { type knowledgeUnit { id } } } } eventCursor }'],
    ['embeddingStatus', () => '{ embeddingStatus { __typename } }'],
  ])('asks short questions only for %s', async ([, ask]) => {
    expect(await longOnesOf(() => server.query(ask(), {}, server.people.admin.token))).toEqual([]);
  });

  it.for([
    ['of few units', '', 'd1', true],
    ['of many', '', 'api', false],
    ['of few, with what the index of domains cannot answer', 'hasFlags: false', 'd1', false],
  ] as const)('ranks a domain %s: %s', async ([, filter, domain, itself]) => {
    ran = new Set();
    const { search } = await server.query(
      `{ search(filter: { domains: ["${domain}"] ${filter} }, first: 1) { edges { node { domains } } } }`,
    );
    expect(search.edges).toMatchObject([{ node: { domains: expect.arrayContaining([domain]) } }]);
    expect([...ran].some((source) => /\bdomain_count\b/.test(source))).toBe(itself);
  });

  it.for([
    '/knowledge/stats',
    '/review/stats',
    '/review/units?limit=1000',
    '/review/units?limit=1000&domain=api&confidence_min=0.9',
    '/review/queue?limit=1000&offset=10',
    '/knowledge?domains=api&limit=50',
  ])('asks short questions only for GET %s', async (path) => {
    const headers = { authorization: `Bearer ${server.people.reviewer.token}` };
    const ask = async () => expect((await fetch(`${server.url}/api/v1${path}`, { headers })).status).toBe(200);
    expect(await longOnesOf(ask)).toEqual([]);
  });
});
