import { parseArgs } from 'node:util';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { administer } from '../test/postgres/administer.ts';
import { databaseAt, onLoaded } from './filled.ts';
import { startProcessorTime } from './processor-time.ts';
import { table } from './table.ts';

const help = `node bench/stats.ts [options]

  --size 100000     how many units to generate
  --keep <folder>   keep the SQLite file there, and PostgreSQL's database, and use what is there
  --rounds 50       how often each figure is counted`;

const { values: options } = parseArgs({
  options: {
    size: { type: 'string', default: '100000' },
    keep: { type: 'string' },
    rounds: { type: 'string', default: '50' },
    help: { type: 'boolean', default: false },
  },
});

/** Each figure of statistics by itself, and what one caller asks for at once; always counted, never remembered. */
const figures: Readonly<Record<string, (stats: Store['stats']) => Promise<unknown>>> = {
  'by status': (stats) => stats.statusCounts(),
  'by tier': (stats) => stats.tierCounts(),
  'by confidence': (stats) => stats.confidenceCounts([0, 0.3, 0.5, 0.7, 1]),
  'the 100 commonest domains': (stats) => stats.domainCounts(100),
  'the days of a year': (stats) => stats.trends('2025-01-01', '2025-12-31'),
  'all of these': (stats) =>
    Promise.all(
      Object.entries(figures)
        .slice(0, 5)
        .map(([, count]) => count(stats)),
    ),
  'the 1000 commonest domains': (stats) => stats.domainCounts(1000),
};

if (options.help) console.log(help);
else
  await onLoaded(Number(options.size), options.keep, async (places) => {
    const columns: Record<string, string[]> = {};
    for (const [database, place] of Object.entries(places)) {
      const store = await openStore(databaseAt(place), { migrate: false });
      // what a server does each minute, and autovacuum after it
      await store.stats.fold();
      if (database === 'PostgreSQL') await administer(place, 'vacuum analyze unit_counts');
      const server = database === 'PostgreSQL' ? new URL(place).pathname.slice(1) : null;
      for (const [name, count] of Object.entries(figures)) {
        for (let round = 0; round < 10; round++) await count(store.stats);
        const used = startProcessorTime(server);
        const took: number[] = [];
        for (let round = 0; round < Number(options.rounds); round++) {
          const start = performance.now();
          await count(store.stats);
          took.push(performance.now() - start);
        }
        const median = took.sort((one, other) => one - other)[Math.floor(took.length / 2)] ?? Number.NaN;
        columns[name] = [...(columns[name] ?? []), (used() / took.length).toFixed(1), median.toFixed(1)];
      }
      await store.close();
    }
    const header = ['question', ...Object.keys(places).flatMap((name) => [`${name}: processor ms`, 'median ms'])];
    console.log(
      table(
        header,
        Object.entries(columns).map(([name, cells]) => [name, ...cells]),
      ),
    );
  });
