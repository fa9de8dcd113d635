import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { openStore } from '../../src/store/open.ts';
import { campaign } from '../campaign.ts';
import { aUnit } from '../harness.ts';
import { lacks, unless } from '../left-out.ts';
import { createDatabase } from '../postgres/databases.ts';
import { program, type Running, startProcess, temporaryFolder } from '../process.ts';

/**
 * A server with a small heap and no rate limit, and the worst that callers without credentials can send it: it lives, says so
 * all the time, and gives its memory back.
 */

/** Megabytes: the whole of what objects may take, and what the process may take over its resting size. */
const [heap, growth] = [256, 300];
/** How many connections send at once. */
const atOnce = 8;

const repeat = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const typeRef = (depth: number): string => (depth === 0 ? 'name' : `kind name ofType { ${typeRef(depth - 1)} }`);
const all = `fields { name description args { name description type { ${typeRef(9)} } } type { ${typeRef(9)} } }`;

/** Introspection of every shape; some of it is answered, and some refused. */
const introspection = [
  `{ __schema { ${repeat(15, (index) => `a${index}: types { name description ${all} }`)} } }`,
  `{ __schema { ${repeat(2, (index) => `a${index}: types { name description ${all} }`)} } }`,
  `{ ${repeat(10, (index) => `a${index}: __schema { types { name description fields { name description } } }`)} }`,
  `{ ${repeat(10, (index) => `a${index}: __type(name: "Query") { ${all} }`)} }`,
  `{ __type(name: "KnowledgeUnit") { fields { type { fields { type { fields { name } } } } } } }`,
  `{ __type(name: "KnowledgeUnit") { fields { type { fields { type { name description } } } } } }`,
  `{ ...Q } fragment Q on Query { ${repeat(10, (index) => `a${index}: __schema { ...S }`)} }
   fragment S on __Schema { ${repeat(10, (index) => `b${index}: types { ...T }`)} }
   fragment T on __Type { ${repeat(4, (index) => `c${index}: fields { name description args { name } }`)} }`,
  `{ __schema { types { ...F0 } } } ${repeat(40, (index) => `fragment F${index} on __Type { ...F${index + 1} ...F${index + 1} }`)}
   fragment F40 on __Type { name }`,
  `{ knowledgeUnits(first: 100) { nodes { ${repeat(600, (index) => `a${index}: __typename`)} } } }`,
];

/** Each one different from every other: one of as many characters as fit into a request, and one of as many tokens as are kept. */
const distinct = {
  long: () => `{ serverInfo { version } } #${randomBytes(130_000).toString('hex').slice(0, 255_000)}`,
  dense: () => {
    const names = [
      'version',
      'nodeName',
      'publicRead',
      'maxPageSize',
      'maxQueryCost',
      'maxSearchResults',
      'vectorEngine',
    ];
    return `{ serverInfo { ${repeat(49, () => names.join(' '))} } } #${randomBytes(6000).toString('hex')}`;
  },
};

/** Documents that are wrong, each in a way that takes as long as possible to find out. */
const wrong = [
  () => `{ serverInfo { ${repeat(990, (index) => `x${index}`)} } } #${randomBytes(8).toString('hex')}`,
  () => `{ ${repeat(490, () => 'serverInfo { version }')} } #${randomBytes(8).toString('hex')}`,
  () => `${'\n'.repeat(200_000)} { serverInfo { ${repeat(900, (index) => `x${index}`)} } }`,
  () => `{ ${randomBytes(120_000).toString('hex').replace(/^\d/, 'x')} }`,
  () =>
    `{ serverInfo { ...F0 } } ${repeat(49, (index) => `fragment F${index} on ServerInfo { version nope ...F${index + 1} }`)}`,
];

const largest = `{ knowledgeUnits(first: 100) { nodes { id insight { summary detail action } extensions
  ${repeat(14, (index) => `a${index}: extensions`)} } } }`;
const large = '{ knowledgeUnits(first: 45) { nodes { id insight { summary detail action } extensions } } }';

it('lives through everything that one caller can send', {
  ...unless(!existsSync('/proc/self/status'), lacks.proc),
  timeout: campaign(600_000, 3_600_000),
}, async () => {
  await using resources = new AsyncDisposableStack();
  const server = await startSmall(resources);
  const resting = await residentMegabytes(server);
  const heartbeat = keepAsking(server);

  for (let round = 0; round < campaign(1, 3); round++) {
    await sendAll(
      server,
      introspection.flatMap((query) => [post(query), get(query)]),
    );
    const documents = campaign(40, 2000);
    await sendAll(
      server,
      times(documents, () => post(distinct.long())),
    );
    await sendAll(
      server,
      times(documents, () => post(distinct.dense())),
    );
    await sendAll(
      server,
      times(campaign(25, 500), (index) => post((wrong[index % wrong.length] ?? distinct.long)())),
    );
    await sendAll(
      server,
      times(campaign(6, 60), (index) => (index % 2 === 0 ? post(largest) : post(large))),
    );
    await sendAll(
      server,
      times(campaign(4, 40), () => tool({ domains: ['large'], limit: 50 })),
    );
  }

  expect(await heartbeat.stop()).toEqual({ failures: [] });
  // memory that is no longer used is given back after a while
  await expect.poll(() => residentMegabytes(server), { timeout: 60_000 }).toBeLessThan(resting + growth);
  const { status, text } = await send(server, post('{ serverInfo { version } }'));
  expect([status, text]).toEqual([200, expect.stringContaining('"version"')]);
});

interface Request {
  readonly path: string;
  readonly body?: string;
}

const post = (query: string): Request => ({ path: '/graphql', body: JSON.stringify({ query }) });
const get = (query: string): Request => ({ path: `/graphql?query=${encodeURIComponent(query)}` });
const tool = (args: object): Request => {
  const params = { name: 'query', arguments: args };
  return { path: '/mcp', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }) };
};
const times = (count: number, make: (index: number) => Request) =>
  Array.from({ length: count }, (_, at) => () => make(at));

/** A server on the database that this project tests, with units as large as they may be. */
async function startSmall(resources: AsyncDisposableStack): Promise<Running> {
  const environment = await database(resources);
  const store = await openStore(readConfig(environment).database, { migrate: true });
  for (let index = 0; index < 50; index++) {
    const insight = { summary: '"'.repeat(500), detail: '€'.repeat(8000), action: '\u0001'.repeat(2000) };
    const extensions = JSON.stringify({ 'x:y': Array.from({ length: 10_000 }, (_, at) => at) });
    await store.units.restore(aUnit({ domains: ['large'], insight, extensions }), []);
  }
  await store.close();
  const command = [process.execPath, `--max-old-space-size=${heap}`, program()];
  const server = await startProcess({ CQ_RATE_LIMIT: '0', CQ_LOG_LEVEL: 'warn', ...environment }, ['serve'], command);
  resources.defer(async () => {
    await server.stop();
  });
  return server;
}

async function database(resources: AsyncDisposableStack): Promise<Record<string, string>> {
  if (inject('serversOn') === 'sqlite') return { CQ_DB_PATH: resources.use(temporaryFolder()).file('cq.db') };
  const { url } = resources.use(await createDatabase());
  return { CQ_DATABASE_URL: url, CQ_JWT_SECRET: 'j'.repeat(32), CQ_API_KEY_PEPPER: 'p'.repeat(32) };
}

/** Sends everything, some of it at once; each request is answered, and none with a fault of the server. */
async function sendAll(server: Running, requests: readonly (Request | (() => Request))[]): Promise<void> {
  const waiting = [...requests];
  const sender = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { status } = await send(server, typeof next === 'function' ? next() : next);
      expect(status).toBeLessThan(500);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
}

async function send({ url }: Running, { path, body }: Request): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const response = await fetch(`${url}${path}`, { headers, ...(body && { method: 'POST', body }) });
  return { status: response.status, text: await response.text() };
}

/** Asks for `/livez` over and over, from now on. */
function keepAsking({ url }: Running) {
  const failures: unknown[] = [];
  let asking = true;
  const asked = (async () => {
    while (asking) {
      await fetch(`${url}/livez`).then(
        async (response) => {
          await response.arrayBuffer();
          if (!response.ok) failures.push(response.status);
        },
        (error: unknown) => failures.push(String(error)),
      );
      await delay(50);
    }
  })();
  return {
    async stop() {
      asking = false;
      await asked;
      return { failures };
    },
  };
}

async function residentMegabytes({ child }: Running): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(await readFile(`/proc/${child.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
