import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { readConfig } from '../src/config.ts';
import { createApiKey, createUser } from '../src/domain/account.ts';
import { issueToken } from '../src/domain/tokens.ts';
import { createLog } from '../src/log.ts';
import { serve } from '../src/main.ts';
import { openStore } from '../src/store/open.ts';
import { databaseAt, onLoaded } from './filled.ts';
import { secrets } from './secrets.ts';
import { table } from './table.ts';

const help = `node bench/event-loop.ts [options]

  --size 100000     how many units to generate
  --keep <folder>   keep the SQLite file there, and PostgreSQL's database, and use what is there
  --only <text>     only questions whose name holds this
  --rounds 5        how often each question is asked`;

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '100000' },
    keep: { type: 'string' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});

/** What one request cost the thread that answers all of them, in milliseconds of its processor time. */
interface Cost {
  /** The longest of its statements that ran in that thread. */
  readonly statement: number;
  readonly request: number;
}

/** Times what statements take in this thread; those of searches run in others. */
let statementMs = 0;
function timeStatements() {
  const statement = Object.getPrototypeOf(new BetterSqlite(':memory:').prepare('select 1'));
  for (const name of ['all', 'run', 'get'] as const) {
    const plain = statement[name];
    statement[name] = function (this: unknown, ...values: unknown[]) {
      const before = threadMs();
      try {
        return plain.apply(this, values);
      } finally {
        statementMs = Math.max(statementMs, threadMs() - before);
      }
    };
  }
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Sends requests from a thread of its own. */
const client = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', async ({ url, init }) => {
    const response = await fetch(url, init);
    const text = await response.text();
    const { errors, detail } = JSON.parse(text);
    parentPort.postMessage({ status: response.status, problem: errors || detail ? text.slice(0, 300) : null });
  });`;

interface Answered {
  readonly status: number;
  readonly problem: string | null;
}

const unit = `id status tier domains insight { summary detail action } context { languages frameworks pattern }
  evidence { confidence confirmations } createdAt updatedAt`;
const connection = `{ totalCount nodes { ${unit} } }`;
const everything = `domains: ["d1", "d2"], domainMatch: ANY, languages: ["typescript", "python"], frameworks: ["react"], pattern: "x",
  tiers: [PRIVATE, PUBLIC], confidence: { min: 0.1, max: 0.9 }, createdAt: { from: "2025-01-01T00:00:00Z" }, hasFlags: false`;

function questions(ids: readonly string[], tags: readonly string[]): Record<string, string> {
  const list = (filter: string, order = 'CREATED_AT') =>
    `{ knowledgeUnits(first: 100, filter: { ${filter} }, orderBy: { field: ${order}, direction: DESC }) ${connection} }`;
  const many = JSON.stringify(tags);
  const statuses = 'statuses: [PENDING, APPROVED, REJECTED]';
  return {
    'nodes, 100': `{ nodes(ids: ${JSON.stringify(ids)}) { id ... on KnowledgeUnit { ${unit} } } }`,
    'knowledgeUnit, related': `{ knowledgeUnit(id: "${ids[0]}") { ${unit} related(first: 20) { similarity } } }`,
    'knowledgeUnits, 100': list(''),
    'knowledgeUnits, every status': list(statuses),
    'knowledgeUnits, commonest domains': list(`domains: ${many}`),
    'knowledgeUnits, all of three domains': list(`domains: ${JSON.stringify(tags.slice(0, 3))}, domainMatch: ALL`),
    'knowledgeUnits, with flags': list('hasFlags: true'),
    'knowledgeUnits, without flags, by confidence': list('hasFlags: false', 'CONFIDENCE'),
    'knowledgeUnits, a rare confidence': list('confidence: { min: 0.96, max: 0.99 }'),
    'knowledgeUnits, a language': list('languages: ["typescript", "python"]', 'CONFIRMATIONS'),
    'knowledgeUnits, every filter': list(`${everything}, ${statuses}`),
    'reviewQueue, 100': `{ reviewQueue(first: 100) ${connection} }`,
    'reviewQueue, every filter': `{ reviewQueue(first: 100, filter: { ${everything} }) ${connection} }`,
    'search, words and every filter': `{ search(text: "${'the of and to '.repeat(15)}", first: 50, filter: { ${everything} }) { edges { score node { ${unit} } } } }`,
    'search, commonest domains': `{ search(filter: { domains: ${many} }, first: 50) { edges { score node { ${unit} } } } }`,
    'users, 100': '{ users(first: 100) { totalCount nodes { username } } }',
    'stats, a year': `{ stats { totalCount computedAt statusCounts { count } tierCounts { count } domainCounts(first: 100) { count }
      confidenceDistribution { count } trends(from: "2025-06-01", to: "2026-05-31") { proposed } } }`,
    'stats, 100 events': '{ stats { recentActivity(first: 100) { type at knowledgeUnit { id } actor { username } } } }',
    'viewer, keys': '{ viewer { apiKeys(first: 100, includeInactive: true) { totalCount nodes { name } } } }',
    embeddingStatus: '{ embeddingStatus { __typename } }',
    'GET /knowledge/stats': '/api/v1/knowledge/stats',
    'GET /review/stats': '/api/v1/review/stats',
    'GET /review/units, 1000': '/api/v1/review/units?limit=1000',
    'GET /review/units, a rare confidence': '/api/v1/review/units?limit=1000&confidence_min=0.96&confidence_max=0.99',
    'GET /review/queue, the last': '/api/v1/review/queue?limit=1000&offset=7000',
    'GET /knowledge': `/api/v1/knowledge?limit=50&${tags.map((tag) => `domains=${encodeURIComponent(tag)}`).join('&')}`,
  };
}

if (options.help) console.log(help);
else await main();

async function main() {
  timeStatements();
  await onLoaded(Number(options.size), options.keep, async (places) => {
    const asked = await Promise.all(Object.values(places).map(prepare));
    const rows: string[][] = [];
    for (const question of Object.keys(asked[0] ?? {}).filter((name) => name.includes(options.only))) {
      const costs: Cost[] = [];
      for (const [index, place] of Object.values(places).entries())
        costs.push(await ask(place, asked[index]?.[question] ?? '', Number(options.rounds)));
      const [sqlite, postgres] = costs as [Cost, Cost];
      rows.push([question, ...[sqlite.statement, sqlite.request, postgres.request].map((ms) => ms.toFixed(1))]);
      console.error(rows.at(-1)?.join('  '));
    }
    console.log(table(['question', 'SQLite: statement', 'SQLite: request', 'PostgreSQL: request'], rows));
  });
}

/** What a database is to be asked; it has an administrator afterwards, who has keys. */
async function prepare(place: string): Promise<Record<string, string>> {
  const store = await openStore(databaseAt(place), { migrate: false });
  try {
    if (!(await store.users.findByName('admin'))) {
      const admin = await createUser(store, { username: 'admin', password: 'a long password', role: 'admin' });
      for (let index = 0; index < 100; index++)
        await createApiKey(store, secrets, admin, { name: `key ${index}`, ttl: '1d' });
    }
    const { items } = await store.units.list({}, { field: 'createdAt', direction: 'desc' }, { limit: 100 });
    const tags = (await store.stats.domainCounts(10)).map(({ domain }) => domain);
    return questions(
      items.map(({ id }) => id),
      tags,
    );
  } finally {
    await store.close();
  }
}

/** The dearest of some rounds, each but the first with everything warm. Statistics are forgotten in between. */
async function ask(place: string, question: string, rounds: number): Promise<Cost> {
  const config = readConfig({
    [place.startsWith('postgres') ? 'CQ_DATABASE_URL' : 'CQ_DB_PATH']: place,
    CQ_PORT: '0',
    CQ_LOG_LEVEL: 'silent',
    CQ_RATE_LIMIT: '0',
    CQ_MAX_QUERY_COST: '1000000',
    CQ_JWT_SECRET: secrets.jwtSecret,
    CQ_API_KEY_PEPPER: secrets.apiKeyPepper,
  });
  const worker = new Worker(client, { eval: true });
  const server = await serve(config, createLog('silent'));
  const admin = await server.store.users.findByName('admin');
  if (!admin) throw new Error('the database has no administrator');
  const { text: token } = await issueToken(server.secrets, admin, new Date());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const path = question.startsWith('/') ? question : '/graphql';
  const init = path === question ? { headers } : { method: 'POST', headers, body: JSON.stringify({ query: question }) };
  const once = async (to: { path: string; init: object }): Promise<Cost> => {
    statementMs = 0;
    const before = threadMs();
    worker.postMessage({ url: `${server.url}${to.path}`, init: to.init });
    const { status, problem } = await new Promise<Answered>((resolve) => worker.once('message', resolve));
    if (status !== 200 || problem) throw new Error(`${question.slice(0, 100)} was answered with ${status}: ${problem}`);
    return { statement: statementMs, request: threadMs() - before };
  };
  try {
    // connections, the code and a thread of searches
    for (let round = 0; round < 10; round++)
      await once({
        path: '/graphql',
        init: { method: 'POST', headers, body: '{"query":"{ search(text: \\"a\\", first: 50) { edges { score } } }"}' },
      });
    const costs: Cost[] = [];
    for (let round = 0; round < rounds; round++) costs.push(await once({ path, init }));
    return {
      statement: Math.max(...costs.map(({ statement }) => statement)),
      request: Math.max(...costs.map(({ request }) => request)),
    };
  } finally {
    await Promise.all([server.stop(), worker.terminate()]);
  }
}
