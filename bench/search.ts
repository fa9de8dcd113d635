import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config.ts';
import { sqliteDatabase } from '../src/database-config.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { administer, databaseUrl } from '../test/postgres/administer.ts';
import { startPostgres } from '../test/postgres/server.ts';
import { load } from './generate.ts';
import { median } from './measure.ts';
import { type SearchKind, searchKinds } from './search-questions.ts';
import { table } from './table.ts';

const help = `node bench/search.ts [options]

  --sizes 1000,10000,100000  how many units to generate
  --million                  a million too
  --rounds 15                how often each form of a question is asked
  --seconds 2                for how long at each fixed rate
  --keep <folder>            keep the SQLite files there, and use the ones that are there
  --only <text>              only questions whose name holds this`;

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000' },
    million: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '2' },
    keep: { type: 'string' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

/** Parts of what a store can answer by itself, below saturation. */
const loads = [0.3, 0.6];

interface Result {
  readonly size: number;
  readonly database: string;
  readonly question: string;
  readonly ms: number;
  /** Processor time of this process, in milliseconds: of SQLite all of it, of PostgreSQL the client's. */
  readonly cpu: number;
  /** At each of `loads`: from when a question was due to its answer, and how long the event loop was held up. */
  readonly paced: readonly { readonly middle: number; readonly late: number; readonly held: number }[];
}

if (options.help) console.log(help);
else await main();

async function main() {
  const sizes = [...options.sizes.split(',').map(Number), ...(options.million ? [1_000_000] : [])];
  const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)];
  if (![...sizes, rounds, seconds].every((value) => value > 0)) throw new Error(`these are numbers.\n${help}`);
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'cq-bench-'));
  const server = await startPostgres();
  const results: Result[] = [];
  try {
    for (const size of sizes) {
      const name = `cq_bench_${size}_${process.pid}`;
      await administer(server.url, `create database ${name}`);
      try {
        const url = databaseUrl(server.url, name);
        await using sqlite = await filled(join(folder, `${size}.db`), size);
        await using postgres = await filled(url, size);
        // what autovacuum does within minutes
        await administer(url, 'vacuum analyze');
        results.push(...(await compare({ SQLite: sqlite.store, PostgreSQL: postgres.store }, size, rounds, seconds)));
      } finally {
        await administer(server.url, `drop database ${name} with (force)`);
      }
    }
    console.log(tables(results));
  } finally {
    await server.stop();
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function filled(place: string, size: number) {
  const isUrl = place.startsWith('postgres');
  const isNew = isUrl || !existsSync(place);
  const database = isUrl ? readConfig({ CQ_DATABASE_URL: place }).database : sqliteDatabase(place);
  const store = await openStore(database, { migrate: true });
  const start = performance.now();
  if (isNew) await load(store, size);
  if (isNew) console.error(`${size} units loaded in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

/** Both databases in turns, so that whatever else the machine does meets both. */
async function compare(stores: Record<string, Store>, size: number, rounds: number, seconds: number) {
  const results: Result[] = [];
  const kinds = await searchKinds(Object.values(stores)[0] as Store);
  for (const kind of kinds.filter(({ name }) => name.includes(options.only))) {
    const times = new Map<string, { ms: number; cpu: number }[]>(Object.keys(stores).map((database) => [database, []]));
    for (let round = -1; round < rounds; round++)
      for (const [database, store] of Object.entries(stores))
        for (const form of kind.forms) {
          const [start, before] = [performance.now(), process.cpuUsage()];
          await store.units.search(form);
          const ms = performance.now() - start;
          const { user, system } = process.cpuUsage(before);
          // the first turn warms up
          if (round >= 0) times.get(database)?.push({ ms, cpu: (user + system) / 1000 });
        }
    for (const [database, store] of Object.entries(stores)) {
      const taken = times.get(database) ?? [];
      const [ms, cpu] = [median(taken.map((time) => time.ms)), median(taken.map((time) => time.cpu))];
      const paced = [];
      for (const load of loads) paced.push(await pace(store, kind, (load * 1000) / ms, seconds));
      results.push({ size, database, question: kind.name, ms, cpu, paced });
    }
    console.error(`${size} units: ${kind.name}`);
  }
  return results;
}

/** Asks at a fixed rate, whether or not the answers keep up. */
async function pace(store: Store, { forms }: SearchKind, perSecond: number, seconds: number) {
  const held = monitorEventLoopDelay({ resolution: 1 });
  const waits: number[] = [];
  const answers: Promise<unknown>[] = [];
  const count = Math.max(20, Math.min(2000, Math.round(perSecond * seconds)));
  held.enable();
  const start = performance.now();
  for (let sent = 0; sent < count; sent++) {
    const due = start + (sent * 1000) / perSecond;
    const left = due - performance.now();
    // also when late: answers need their turn
    await (left > 0 ? delay(left) : nextTurn());
    const form = forms[sent % forms.length];
    if (form) answers.push(store.units.search(form).then(() => waits.push(performance.now() - due)));
  }
  await Promise.all(answers);
  held.disable();
  waits.sort((one, other) => one - other);
  const late = waits[Math.floor(waits.length * 0.99)] ?? Number.NaN;
  return { middle: median(waits), late, held: held.percentile(99) / 1e6 };
}

function tables(results: readonly Result[]): string {
  const of = (size: number, database: string, question: string) =>
    results.find((row) => row.size === size && row.database === database && row.question === question)?.ms ??
    Number.NaN;
  const sizes = [...new Set(results.map(({ size }) => size))];
  const names = [...new Set(results.map(({ question }) => question))];
  const databases = ['SQLite', 'PostgreSQL'];
  const steps = sizes.slice(1).map((to, place) => [sizes[place] as number, to] as const);
  const figures = table(
    ['units', 'question', 'database', 'ms', 'cpu ms', ...loads.flatMap((load) => [`${load} p50`, 'p99', 'loop p99'])],
    results.map(({ size, question, database, ms, cpu, paced }) => [
      size.toLocaleString('en'),
      question,
      database,
      ms.toFixed(2),
      cpu.toFixed(2),
      ...paced.flatMap(({ middle, late, held }) => [middle, late, held].map((value) => value.toFixed(1))),
    ]),
  );
  const growth = table(
    ['question', ...steps.flatMap(([from, to]) => databases.map((name) => `${name} ${from / 1000}k → ${to / 1000}k`))],
    names.map((name) => [
      name,
      ...steps.flatMap(([from, to]) =>
        databases.map((database) => `${(of(to, database, name) / of(from, database, name)).toFixed(2)}×`),
      ),
    ]),
  );
  const ratios = table(
    ['question', ...sizes.map((size) => `PostgreSQL ÷ SQLite at ${size / 1000}k`)],
    names.map((name) => [
      name,
      ...sizes.map((size) => `${(of(size, 'PostgreSQL', name) / of(size, 'SQLite', name)).toFixed(2)}×`),
    ]),
  );
  return ['### Searches', figures, '### Growth', growth, '### One database beside the other', ratios].join('\n\n');
}
