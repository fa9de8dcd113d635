import { fork } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openStore } from '../src/store/open.ts';
import type { KnowledgeUnit, Store } from '../src/store/store.ts';
import { databaseAt } from './filled.ts';
import { generateUnits, load } from './generate.ts';
import { table } from './table.ts';

const help = `node bench/beside-writers.ts [options]

  --size 20000     how many units
  --seconds 4      how long each number of writers is measured
  --writers 0,4,16 how many propose at once, one after the other without a pause
  --keep <file>    a database that is there already, or is made there; what is written goes to a copy`;

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '4' },
    writers: { type: 'string', default: '0,4,16' },
    keep: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** How long the reader waits between an answer and its next question. */
const readerPauseMs = 2;

/** What the process of the clients is told, and what it answers. */
interface Task {
  readonly port: number;
  readonly writers: number;
  readonly seconds: number;
}
interface Seen {
  readonly proposals: number;
  /** Of the reader, ordered. */
  readonly latencies: readonly number[];
}

if (process.send)
  process.once('message', (task: Task) => void ask(task).then((seen) => process.send?.(seen, () => process.exit())));
else if (options.help) console.log(help);
else await main();

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'cq-bench-'));
  try {
    const base = options.keep ?? join(folder, 'base.db');
    const filled = await openStore(databaseAt(base), { migrate: true });
    if ((await filled.units.count({})) === 0) await load(filled, Number(options.size));
    await filled.close();
    const file = join(folder, 'written.db');
    copyFileSync(base, file);
    const store = await openStore(databaseAt(file), { migrate: true });
    try {
      console.log(await measure(store));
    } finally {
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The store behind plain HTTP in this process, as a server has it; those who ask are another process. */
async function measure(store: Store): Promise<string> {
  const answer = await answersOf(store);
  const server = createServer((req, res) => {
    answer(req.url === '/propose').then(
      () => res.end(),
      () => res.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const rows: string[][] = [];
  let alone: number | undefined;
  for (const writers of options.writers.split(',').map(Number)) {
    const before = process.cpuUsage();
    const { proposals, latencies } = await seenBy({ port, writers, seconds: Number(options.seconds) });
    const { user, system } = process.cpuUsage(before);
    const [p50, p99] = [at(latencies, 0.5), at(latencies, 0.99)];
    alone ??= p99;
    const each = proposals > 0 ? ((user + system) / 1000 / proposals).toFixed(2) : '';
    rows.push([
      `${writers}`,
      `${Math.round(proposals / Number(options.seconds))}`,
      each,
      p50.toFixed(1),
      p99.toFixed(1),
      `${(p99 / alone).toFixed(1)}×`,
    ]);
  }
  server.closeAllConnections();
  server.close();
  return table(['writers', 'proposals/s', 'processor ms each', 'reader: p50 ms', 'p99 ms', '÷ first'], rows);
}

/** Proposes the next unit, or reads five. */
async function answersOf(store: Store): Promise<(isProposal: boolean) => Promise<unknown>> {
  const proposals = generateUnits(Number.POSITIVE_INFINITY);
  for (let there = await store.units.count({}); there > 0; there--) proposals.next();
  const order = { field: 'createdAt', direction: 'desc' } as const;
  const { items } = await store.units.list({ statuses: ['approved'] }, order, { limit: 5 });
  const ids = items.map(({ id }) => id);
  return (isProposal) => {
    if (!isProposal) return store.units.findMany(ids);
    const { unit } = proposals.next().value as { unit: KnowledgeUnit };
    return store.units.propose({ ...unit, confidence: 0.5 }, new Date());
  };
}

function at(ordered: readonly number[], part: number): number {
  return ordered[Math.floor(ordered.length * part)] ?? 0;
}

function seenBy(task: Task): Promise<Seen> {
  const child = fork(import.meta.filename);
  child.send(task);
  return new Promise((resolve, reject) => {
    child.once('message', (seen) => resolve(seen as Seen));
    child.once('error', reject);
  });
}

async function ask({ port, writers, seconds }: Task): Promise<Seen> {
  const agent = new Agent({ keepAlive: true });
  const request = (path: string) =>
    new Promise<void>((resolve, reject) => {
      const sent = get({ host: '127.0.0.1', port, path, agent }, (res) => {
        if (res.statusCode !== 200) reject(new Error(`${path}: ${res.statusCode}`));
        res.resume().once('end', resolve);
      });
      sent.once('error', reject);
    });
  // connections, statements and pages of the file
  for (let warm = 0; warm < 50; warm++) await request(writers > 0 && warm % 5 === 0 ? '/propose' : '/read');
  const until = performance.now() + seconds * 1000;
  let proposals = 0;
  const latencies: number[] = [];
  const write = async () => {
    for (; performance.now() < until; proposals++) await request('/propose');
  };
  const read = async () => {
    while (performance.now() < until) {
      const begun = performance.now();
      await request('/read');
      latencies.push(performance.now() - begun);
      await delay(readerPauseMs);
    }
  };
  await Promise.all([read(), ...Array.from({ length: writers }, write)]);
  return { proposals, latencies: latencies.sort((one, other) => one - other) };
}
