import { parseArgs } from 'node:util';
import { ask, type Taken } from './asking.ts';
import { type Both, onBoth } from './filled.ts';
import { type Recall, recalls } from './recall.ts';
import { searchKinds } from './search-questions.ts';
import { type Result, tables } from './search-tables.ts';

const help = `node bench/search.ts [options]

  --sizes 1000,10000,100000  how many units to generate
  --million                  a million too
  --rounds 15                how often each form of a question is asked
  --seconds 2                for how long at each fixed rate
  --keep <folder>            keep the SQLite files there, and PostgreSQL's databases, and use what is there
  --only <text>              only questions whose name holds this; recall for the recall of vectors`;

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

if (options.help) console.log(help);
else await main();

async function main() {
  const sizes = [...options.sizes.split(',').map(Number), ...(options.million ? [1_000_000] : [])];
  const [rounds, seconds] = [Number(options.rounds), Number(options.seconds)];
  if (![...sizes, rounds, seconds].every((value) => value > 0)) throw new Error(`these are numbers.\n${help}`);
  const results: Result[] = [];
  const recalled: Recall[] = [];
  await onBoth(sizes, options.keep, async (stores, size) => {
    results.push(...(await compare(stores, size, rounds, seconds)));
    if ('recall'.includes(options.only)) recalled.push(...(await recalls(stores, size)));
  });
  console.log(tables(results, recalled));
}

/** Asks both databases the same. */
async function compare(stores: Both, size: number, rounds: number, seconds: number): Promise<Result[]> {
  const results: Result[] = [];
  const databases = await Promise.all(
    Object.entries(stores).map(async ([database, { store, modelId, place }]) => ({
      database,
      store,
      server: database === 'PostgreSQL' ? new URL(place).pathname.slice(1) : null,
      kinds: await searchKinds(store, modelId),
    })),
  );
  const names = databases[0]?.kinds.map(({ name }) => name) ?? [];
  for (const question of names.filter((name) => name.includes(options.only))) {
    const asked = databases.flatMap(({ kinds, ...one }) =>
      kinds.filter(({ name }) => name === question).map((kind) => ({ ...one, kind })),
    );
    const taken = await ask(asked, rounds, seconds);
    for (const [place, { database, kind }] of asked.entries())
      results.push({ size, database, question, parts: kind.parts, ...(taken[place] as Taken) });
    console.error(`${size} units: ${question}`);
  }
  return results;
}
