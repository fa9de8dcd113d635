import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createApiKey, createUser } from '../src/domain/account.ts';
import { openStore } from '../src/store/open.ts';
import { databaseAt, onLoaded, type Places } from './filled.ts';
import { median } from './measure.ts';
import { searchKinds } from './search-questions.ts';
import { secrets } from './secrets.ts';
import { table } from './table.ts';

const help = `node bench/footprint.ts [<folder> …] [options]

How soon a server is ready, and what it takes of memory and disk, on Linux: packed and installed, as its users have it.

  <folder>           checkouts to be asked in turns, each with its node_modules, or folders in which cq-server is installed;
                     this checkout alone unless told. All have to know the migrations of this one
  --units 20000      how many units the databases have
  --keep <folder>    where the SQLite file is, and stays; PostgreSQL's database stays too
  --rounds 5         how often each server is started
  --requests 3000    how many requests are sent to it
  --idle 3           for how many seconds it is left alone then, before it is looked at once more
  --database <name>  only on this one, SQLite or PostgreSQL`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    units: { type: 'string', default: '20000' },
    keep: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '3000' },
    idle: { type: 'string', default: '3' },
    database: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** A server of one of the folders, as it was seen in one turn. */
interface Seen {
  readonly readyMs: number;
  readonly readyCpu: number;
  readonly atRest: number;
  readonly requestCpu: number;
  readonly afterLoad: number;
  readonly leftAlone: number;
}

async function main(folders: readonly string[]) {
  const temporary = mkdtempSync(join(tmpdir(), 'cq-bench-'));
  try {
    const installed = folders.map((folder, place) => installedFrom(folder, join(temporary, String(place))));
    await onLoaded(Number(options.units), options.keep, async (places) => {
      const rows: string[][] = [];
      for (const [database, place] of Object.entries(places) as [keyof Places, string][]) {
        if (options.database !== undefined && options.database !== database) continue;
        const seen = await compare(installed, place);
        for (const [at, each] of seen.entries()) rows.push([database, folders[at] as string, ...figures(each)]);
      }
      const sizes = installed.map((folder, at) => [folders[at] as string, (sizeOf(folder) / 1e6).toFixed(1)]);
      console.log(`${table(['question', 'installed MB'], sizes)}\n\n${table(header, rows)}`);
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const header = [
  'database',
  'question',
  'ready after ms',
  'processor ms',
  'at rest MiB',
  'processor µs of a request',
  'after load MiB',
  'left alone MiB',
];

function figures(seen: readonly Seen[]): string[] {
  const of = (value: (one: Seen) => number) => median(seen.map(value)).toFixed(0);
  return [
    of(({ readyMs }) => readyMs),
    of(({ readyCpu }) => readyCpu),
    of(({ atRest }) => atRest),
    of(({ requestCpu }) => requestCpu),
    of(({ afterLoad }) => afterLoad),
    of(({ leftAlone }) => leftAlone),
  ];
}

/** The folder in which the package of a checkout is installed: packed there, and installed into `target`. */
function installedFrom(folder: string, target: string): string {
  if (existsSync(join(folder, 'node_modules/cq-server'))) return folder;
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  mkdirSync(target, { recursive: true });
  const [{ filename }] = JSON.parse(
    npm(folder, 'run', '--silent', 'package', '--', '--json', '--pack-destination', target),
  );
  writeFileSync(join(target, 'package.json'), '{ "private": true }');
  npm(
    target,
    'install',
    `./${filename}`,
    '--prefer-offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  );
  return target;
}

/** What all files of the package and its dependencies have, in bytes. */
const sizeOf = (folder: string) =>
  Number(execFileSync('du', ['-sb', join(folder, 'node_modules')], { encoding: 'utf8' }).split('\t')[0]);

async function compare(folders: readonly string[], place: string): Promise<Seen[][]> {
  const requests = await prepare(place);
  const seen = folders.map((): Seen[] => []);
  for (let round = -1; round < Number(options.rounds); round++)
    for (const [at, folder] of round % 2 === 0 ? [...folders.entries()] : [...folders.entries()].reverse()) {
      const one = await look(folder, place, requests);
      // the first turn fills Node's cache of compiled code
      if (round >= 0) seen[at]?.push(one);
      console.error(folder, one);
    }
  return seen;
}

/** What the server is sent: searches by words and domains, units by id, and each tenth time a proposal. */
async function prepare(place: string): Promise<readonly (readonly [body: string, key: string | null])[]> {
  const store = await openStore(databaseAt(place), { migrate: true });
  const user = await createUser(store, { username: `agent-${Date.now()}`, password: 'correct horse', role: 'member' });
  const { secret } = await createApiKey(store, secrets, user, { name: 'bench', ttl: '1d' });
  const questions = (await searchKinds(store, 0))
    .flatMap(({ forms }) => forms)
    .filter(({ meaning }) => !meaning)
    .map(({ text, filter }) => JSON.stringify({ query: search, variables: { text, domains: filter.domains } }));
  const order = { field: 'createdAt', direction: 'desc' } as const;
  const { items } = await store.units.list({ statuses: ['approved'] }, order, { limit: 50 });
  const ids = items.map(({ id }) => id);
  const byId = Array.from({ length: 10 }, (_, place) =>
    JSON.stringify({ query: nodes, variables: { ids: ids.slice(place * 5, place * 5 + 5) } }),
  );
  const reads = [...questions, ...byId].map((body) => [body, null] as const);
  // else the server would be doing so all the time
  for (
    let units = await store.nearRepeats.unexamined(500);
    units.length > 0;
    units = await store.nearRepeats.unexamined(500)
  )
    for (const unit of units) await store.nearRepeats.record(unit, [], store.now());
  await store.close();
  return Array.from({ length: Number(options.requests) }, (_, sent) =>
    sent % 10 === 9
      ? ([proposal(sent), secret] as const)
      : (reads[(sent * 7) % reads.length] as (typeof reads)[number]),
  );
}

const search = `query($text: String, $domains: [String!]) {
  search(text: $text, filter: { domains: $domains }, first: 5) { edges { score node { id insight { summary detail action } } } }
}`;

const nodes = `query($ids: [ID!]!) {
  nodes(ids: $ids) { ... on KnowledgeUnit { id domains insight { summary detail action } evidence { confidence } flagCounts { count } } }
}`;

const proposal = (sent: number) =>
  JSON.stringify({
    query: `mutation($input: ProposeKnowledgeUnitInput!) { proposeKnowledgeUnit(input: $input) { knowledgeUnit { id } userErrors { code } } }`,
    variables: {
      input: {
        domains: ['footprint'],
        insight: { summary: `Lesson ${sent}`, detail: `What happened, for the ${sent}th time.`, action: 'Do it once.' },
      },
    },
  });

/** Starts a server, looks at it, sends it the requests on ten connections, and looks again. */
async function look(
  folder: string,
  place: string,
  requests: readonly (readonly [body: string, key: string | null])[],
): Promise<Seen> {
  const start = performance.now();
  const server = serve(folder, place);
  try {
    const url = await server.url;
    const readyMs = performance.now() - start;
    const used = () => processorTime(server.child);
    const readyCpu = used();
    await delay(2000);
    const atRest = residentMemory(server.child);
    const before = used();
    let next = 0;
    const ask = async () => {
      for (let sent = next++; sent < requests.length; sent = next++) {
        const [body, key] = requests[sent] as (typeof requests)[number];
        const headers = { 'content-type': 'application/json', ...(key !== null && { authorization: `Bearer ${key}` }) };
        const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
        const text = await answer.text();
        if (!answer.ok || text.includes('"errors"')) throw new Error(`${answer.status} ${text}`);
      }
    };
    await Promise.all(Array.from({ length: 10 }, ask));
    const requestCpu = ((used() - before) * 1000) / requests.length;
    const afterLoad = residentMemory(server.child);
    await delay(Number(options.idle) * 1000);
    return { readyMs, readyCpu, atRest, requestCpu, afterLoad, leftAlone: residentMemory(server.child) };
  } finally {
    await server.stop();
  }
}

function serve(folder: string, place: string) {
  const program = join(folder, 'node_modules/cq-server/bin/cq-server.js');
  const child = spawn(process.execPath, [program, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      ...(process.env.NODE_OPTIONS && { NODE_OPTIONS: process.env.NODE_OPTIONS }),
      [place.startsWith('postgres') ? 'CQ_DATABASE_URL' : 'CQ_DB_PATH']: place,
      CQ_PORT: '0',
      CQ_RATE_LIMIT: '0',
      CQ_LOG_FORMAT: 'json',
      CQ_REPEAT_CHECK: 'off',
      CQ_JWT_SECRET: secrets.jwtSecret,
      CQ_API_KEY_PEPPER: secrets.apiKeyPepper,
    },
  });
  const ended = new Promise<void>((end) => child.once('exit', () => end()));
  const url = new Promise<string>((found, reject) => {
    let said = '';
    child.once('exit', () => reject(new Error(`the server stopped: ${said}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 100_000) said += text;
      const [, at] = /"url":"(http:[^"]+)".*"msg":"listening"/.exec(said) ?? [];
      if (at) found(at);
    });
  });
  const stop = () => {
    child.kill();
    return ended;
  };
  return { child, url, stop };
}

/** What a process has in memory, in MiB, with the parts of Node's program that others share. */
const residentMemory = ({ pid }: ChildProcess) =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Processor time of a process with all its threads so far, in milliseconds; the system counts it in hundredths of a second. */
function processorTime({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

if (options.help) console.log(help);
else
  await main(
    positionals.length === 0 ? [resolve(import.meta.dirname, '..')] : positionals.map((each) => resolve(each)),
  );
