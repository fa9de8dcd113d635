import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { readConfig } from '../src/config/config.ts';
import { createApiKey, createUser } from '../src/domain/account.ts';
import { issueToken } from '../src/domain/jwt.ts';
import { limits } from '../src/domain/rules.ts';
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
  /** The longest turn of the event loop: for so long nothing else was answered. */
  readonly turn: number;
  /** All of it. */
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

/** Watches the turns of the event loop, by turning it without rest, until it is told to stop; answers with the longest. */
function watchTurns(): () => number {
  let [longest, last, goesOn] = [0, threadMs(), true];
  const turn = () => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (goesOn) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    goesOn = false;
    return Math.max(longest, threadMs() - last);
  };
}

/** Sends requests from a thread of its own. */
const client = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', async ({ url, init }) => {
    const response = await fetch(url, init);
    const text = await response.text();
    const { errors, detail, error, result } = JSON.parse(text);
    parentPort.postMessage({ status: response.status, problem: errors || detail || error || result?.isError ? text.slice(0, 300) : null });
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
    'MCP: query, 50': tool('query', { domains: tags, limit: 50 }),
    'MCP: status': tool('status', {}),
    'GET /knowledge/stats': '/api/v1/knowledge/stats',
    'GET /review/stats': '/api/v1/review/stats',
    'GET /review/units, 1000': '/api/v1/review/units?limit=1000',
    'GET /review/units, a rare confidence': '/api/v1/review/units?limit=1000&confidence_min=0.96&confidence_max=0.99',
    'GET /review/queue, the last': '/api/v1/review/queue?limit=1000&offset=7000',
    'GET /knowledge': `/api/v1/knowledge?limit=50&${tags.map((tag) => `domains=${encodeURIComponent(tag)}`).join('&')}`,
  };
}

const tool = (name: string, args: object) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });

if (options.help) console.log(help);
else await main();

async function main() {
  timeStatements();
  await onLoaded(Number(options.size), options.keep, async (places) => {
    const sqlite = await askAll(places.SQLite, Number(options.rounds));
    const postgres = await askAll(places.PostgreSQL, Number(options.rounds));
    const rows = Object.keys(sqlite).map((name) => {
      const [here, there] = [sqlite[name], postgres[name]] as [Cost, Cost];
      return [name, ...[here.statement, here.turn, here.request, there.turn, there.request].map((ms) => ms.toFixed(1))];
    });
    const header = ['SQLite: statement', 'turn', 'request', 'PostgreSQL: turn', 'request'];
    console.log(table(['question', ...header], rows));
  });
}

/** What a database is to be asked; it has an administrator afterwards, who has keys. */
async function prepare(place: string): Promise<Record<string, string>> {
  const store = await openStore(databaseAt(place), { migrate: false });
  try {
    if (!(await store.users.findByName('admin'))) {
      const admin = await createUser(store, { username: 'admin', password: 'a long password', role: 'admin' });
      for (let index = 0; index < limits.activeApiKeys; index++)
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

/** A path of REST, a message to MCP, or a query. */
function requestOf(question: string) {
  if (question.startsWith('/')) return { path: question };
  if (question.startsWith('{"jsonrpc"')) return { path: '/mcp', method: 'POST', body: question };
  return { path: '/graphql', method: 'POST', body: JSON.stringify({ query: question }) };
}

/** Of each question the dearest of some rounds, the first of which finds nothing remembered. */
async function askAll(place: string, rounds: number): Promise<Record<string, Cost>> {
  const asked = await prepare(place);
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
  const accept = 'application/json, text/event-stream';
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept };
  const answered = async (question: string): Promise<void> => {
    const { path, ...init } = requestOf(question);
    worker.postMessage({ url: `${server.url}${path}`, init: { ...init, headers } });
    const { status, problem } = await new Promise<Answered>((resolve) => worker.once('message', resolve));
    if (status !== 200 || problem) throw new Error(`${question.slice(0, 100)} was answered with ${status}: ${problem}`);
  };
  const once = async (question: string): Promise<Cost> => {
    statementMs = 0;
    const before = threadMs();
    await answered(question);
    const [statement, request] = [statementMs, threadMs() - before];
    const stop = watchTurns();
    await answered(question);
    return { statement, turn: stop(), request };
  };
  const costs: Record<string, Cost> = {};
  try {
    // connections, the code and a thread of searches
    for (let round = 0; round < 20; round++)
      for (const text of ['{ search(text: "a", first: 50) { edges { score } } }', asked['knowledgeUnits, 100'] ?? ''])
        await answered(text);
    for (const [name, question] of Object.entries(asked).filter(([name]) => name.includes(options.only))) {
      const each: Cost[] = [];
      for (let round = 0; round < rounds; round++) each.push(await once(question));
      const most = (part: keyof Cost) => Math.max(...each.map((cost) => cost[part]));
      const cost = { statement: most('statement'), turn: most('turn'), request: most('request') };
      costs[name] = cost;
      console.error(
        `${Object.values(cost)
          .map((ms) => ms.toFixed(1).padStart(6))
          .join(' ')}  ${name}`,
      );
    }
    return costs;
  } finally {
    await Promise.all([server.stop(), worker.terminate()]);
  }
}
