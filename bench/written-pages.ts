import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import BetterSqlite from 'better-sqlite3';
import { openStore } from '../src/store/open.ts';
import type { KnowledgeUnit, Store } from '../src/store/store.ts';
import { databaseAt } from './filled.ts';
import { generateUnits, load } from './generate.ts';
import { table } from './table.ts';

const help = `node bench/written-pages.ts [options]

  --size 20000     how many units
  --times 20       how often each write is done
  --keep <file>    a database that is there already, or is made there; what is written goes to a copy
  --least 0.05     trees with fewer pages for each write are summed up`;

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    times: { type: 'string', default: '20' },
    keep: { type: 'string' },
    least: { type: 'string', default: '0.05' },
    help: { type: 'boolean', default: false },
  },
});

/** How many proposals come at once where several do. */
const together = 16;
const atOnce = `${together} proposals at once, each`;

if (options.help) console.log(help);
else await main(Number(options.size), Number(options.times));

/** Writes for the so manyth time. */
type Write = (time: number) => Promise<unknown>;

async function main(size: number, times: number) {
  const folder = mkdtempSync(join(tmpdir(), 'cq-bench-'));
  try {
    const base = options.keep ?? join(folder, 'base.db');
    const filled = await openStore(databaseAt(base), { migrate: true });
    if ((await filled.units.count({})) === 0) await load(filled, size);
    await filled.close();
    const file = join(folder, 'written.db');
    copyFileSync(base, file);
    const store = await openStore(databaseAt(file), { migrate: true });
    const columns = new Map<string, ReadonlyMap<string, number>>();
    try {
      for (const [name, write] of Object.entries(await writesOf(store, times)))
        columns.set(name, await pagesOf(file, times, write, name === atOnce ? together : 1));
    } finally {
      await store.close();
    }
    console.log(report(columns));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What agents and reviewers write, each as often as asked, of units that the store does not have or of ones that it has. */
async function writesOf(store: Store, times: number): Promise<Record<string, Write>> {
  // behind those that the store has: with their vocabulary
  const proposals = generateUnits(Number.POSITIVE_INFINITY);
  for (let there = await store.units.count({}); there > 0; there--) proposals.next();
  const order = { field: 'createdAt', direction: 'desc' } as const;
  const some = async (status: 'approved' | 'pending', skip: number) =>
    (await store.units.list({ statuses: [status] }, order, { limit: times, skip })).items;
  const [confirmed, flagged, pending] = [
    await some('approved', 0),
    await some('approved', times),
    await some('pending', 0),
  ];
  const propose = (change: (unit: KnowledgeUnit) => KnowledgeUnit) => () => {
    const { unit } = proposals.next().value as { unit: KnowledgeUnit };
    return store.units.propose({ ...change(unit), confidence: 0.5 }, new Date());
  };
  const of =
    (units: readonly KnowledgeUnit[], write: (store: Store, unit: KnowledgeUnit, time: number) => Promise<unknown>) =>
    (time: number) =>
      write(store, units[time] as KnowledgeUnit, time);
  return {
    propose: propose((unit) => unit),
    [atOnce]: () =>
      Promise.all(
        Array.from(
          { length: together },
          propose((unit) => unit),
        ),
      ),
    'propose, all words new': propose((unit) => ({ ...unit, insight: newWords(unit) })),
    confirm: of(confirmed, ({ units }, { id }, time) => units.confirm(id, `user${time}`, new Date(), 0.1)),
    flag: of(flagged, ({ units }, { id: unitId }, time) =>
      units.flag(
        {
          ...{ id: `flg_bench_${time}`, unitId, reason: 'stale', detail: null, duplicateOf: null },
          ...{ createdBy: `user${time}`, createdAt: new Date() },
        },
        -0.15,
      ),
    ),
    approve: of(pending, ({ reviews }, { id }) =>
      reviews.decide(id, {
        ...{ status: 'approved', reviewedBy: 'reviewer', reviewedAt: new Date(), note: null, internalNote: null },
      }),
    ),
  };
}

/** As many words as there were, none of which any unit has. */
function newWords({ id, insight }: KnowledgeUnit): KnowledgeUnit['insight'] {
  let made = 0;
  const letters = (hex: string) => hex.replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));
  const replaced = (text: string) =>
    text.replace(/\p{L}+/gu, () => `${letters(id.slice(3, 11))}${letters(String(made++))}`);
  return { summary: replaced(insight.summary), detail: replaced(insight.detail), action: replaced(insight.action) };
}

/** How many pages of each table and index the log has for one of the writes, of which each time has so many. */
async function pagesOf(file: string, times: number, write: Write, writes: number) {
  const handle = new BetterSqlite(file);
  try {
    const pages: number[] = [];
    for (let time = 0; time < times; time++) {
      handle.pragma('wal_checkpoint(truncate)');
      await write(time);
      pages.push(...loggedPages(readFileSync(`${file}-wal`)));
    }
    const names = new Map(handle.prepare<[], [number, string]>('select pageno, name from dbstat').raw().all());
    const counts = new Map<string, number>();
    for (const page of pages) {
      const name = names.get(page) ?? 'free, or the map of free pages';
      counts.set(name, (counts.get(name) ?? 0) + 1 / times / writes);
    }
    return counts;
  } finally {
    handle.close();
  }
}

/** The pages in a write-ahead log, one for each frame: https://www.sqlite.org/fileformat2.html#walformat */
function loggedPages(log: Buffer): number[] {
  const [logHeader, frameHeader] = [32, 24];
  const frame = frameHeader + log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  const pages: number[] = [];
  for (let at = logHeader; at + frame <= log.length; at += frame)
    if (log.subarray(at + 8, at + 16).equals(salt)) pages.push(log.readUInt32BE(at));
  return pages;
}

function report(columns: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  const total = (name: string) => [...columns.values()].reduce((sum, counts) => sum + (counts.get(name) ?? 0), 0);
  const names = [...new Set([...columns.values()].flatMap((counts) => [...counts.keys()]))].sort(
    (one, other) => total(other) - total(one),
  );
  const shown = names.filter((name) => total(name) >= Number(options.least));
  const row = (label: string, of: readonly string[]) => [
    label,
    ...[...columns.values()].map((counts) => of.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0).toFixed(2)),
  ];
  const rest = names.filter((name) => !shown.includes(name));
  return table(
    ['pages of', ...columns.keys()],
    [...shown.map((name) => row(name, [name])), row('others', rest), row('all', names)],
  );
}
