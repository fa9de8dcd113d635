import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Store } from '../src/store/store.ts';
import { administer, databaseUrl } from '../test/postgres/administer.ts';
import { startPostgres } from '../test/postgres/server.ts';
import { median } from './measure.ts';
import { startProcessorTime } from './processor-time.ts';
import { type StoreQuestion, storeQuestions } from './store-questions.ts';
import { table } from './table.ts';

const help = `node bench/beside.ts --other <folder> [options]

  --other <folder>  a checkout of another commit, with its node_modules, to be asked in turns with this one
  --size 10000      how many units
  --rounds 24       how often each form of a question is asked of each
  --limit 10        how many units an answer has
  --only <text>     only questions whose name holds this; none are by meaning
  --database <name> only on this one, SQLite or PostgreSQL`;

const { values: options } = parseArgs({
  options: {
    other: { type: 'string' },
    size: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '24' },
    limit: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    database: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help || options.other === undefined) console.log(help);
else await main(resolve(options.other));

/** A store of one of the two commits. */
interface Side {
  readonly store: Store;
  /** The name of a database that has processes of its own. */
  readonly server: string | null;
}

async function main(other: string) {
  const roots = [other, resolve(import.meta.dirname, '..')];
  const folder = mkdtempSync(join(tmpdir(), 'cq-bench-'));
  const server = await startPostgres();
  const names = roots.map((_, place) => `cq_beside_${process.pid}_${place}`);
  try {
    for (const name of names) await administer(server.url, `create database ${name}`);
    const places = {
      SQLite: names.map((name) => ({ place: join(folder, `${name}.db`), server: null })),
      PostgreSQL: names.map((name) => ({ place: databaseUrl(server.url, name), server: name })),
    };
    for (const [database, both] of Object.entries(places)) {
      if (options.database !== undefined && options.database !== database) continue;
      const sides: Side[] = [];
      for (const [index, { place, server }] of both.entries()) {
        sides.push({ store: await filled(roots[index] as string, place), server });
        if (server !== null) await administer(place, 'vacuum analyze');
      }
      console.log(`\n${database}\n\n${await compare(sides as [Side, Side])}`);
      for (const { store } of sides) await store.close();
    }
  } finally {
    for (const name of names) await administer(server.url, `drop database if exists ${name} with (force)`);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A store as the commit in `root` opens and fills it. */
async function filled(root: string, place: string): Promise<Store> {
  const from = (path: string) => import(pathToFileURL(join(root, path)).href);
  const [{ openStore }, { databaseAt }, { load }] = await Promise.all(
    ['src/store/open.ts', 'bench/filled.ts', 'bench/generate.ts'].map(from),
  );
  const store: Store = await openStore(databaseAt(place), { migrate: true });
  await load(store, Number(options.size));
  return store;
}

/** Asks both in turns, so that whatever else the machine does meets both. */
async function compare([other, own]: [Side, Side]): Promise<string> {
  const questions = await storeQuestions(own.store, Number(options.limit));
  const rows: string[][] = [];
  const logs: number[] = [];
  for (const question of questions.filter(({ name }) => name.includes(options.only))) {
    const [theirs, ours]: [number[], number[]] = [[], []];
    for (let round = -2; round < Number(options.rounds); round++)
      // who comes first changes, and the first turns warm up
      for (const [side, taken] of round % 2 === 0
        ? [[other, theirs] as const, [own, ours] as const]
        : [[own, ours] as const, [other, theirs] as const]) {
        const ms = await ask(side, question);
        if (round >= 0) taken.push(ms);
      }
    const ratios = ours.map((ms, round) => ms / (theirs[round] as number));
    logs.push(Math.log(median(ratios)));
    rows.push([question.name, ...[median(theirs), median(ours), median(ratios)].map((value) => value.toFixed(2))]);
    console.error(question.name);
  }
  const mean = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  rows.push(['all, geometric mean', '', '', mean.toFixed(3)]);
  return table(['question', 'other: processor ms', 'this: processor ms', 'ratio'], rows);
}

async function ask({ store, server }: Side, { forms }: StoreQuestion): Promise<number> {
  const used = startProcessorTime(server);
  for (const form of forms) await form(store);
  return used() / forms.length;
}
