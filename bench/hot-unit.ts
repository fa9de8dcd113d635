import { parseArgs } from 'node:util';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { databaseAt, onLoaded } from './filled.ts';
import { median } from './measure.ts';
import { table } from './table.ts';

const help = `node bench/hot-unit.ts [options]

  --clients 64   how many confirm at once, each again when its confirmation is answered
  --rounds 12    how often each is measured, in turns
  --each 10      how many confirmations of a client in a round`;

const { values: options } = parseArgs({
  options: {
    clients: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '12' },
    each: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(help);
else
  await onLoaded(1000, undefined, async ({ PostgreSQL }) => {
    const store = await openStore(databaseAt(PostgreSQL), { migrate: false });
    console.log(
      table(
        ['', 'confirmations of one unit ÷ of different ones', 'ms for another beside those'],
        [await measure(store)],
      ),
    );
    await store.close();
  });

/** How many confirmations of one unit there are beside those of different ones, and how long one of another unit takes meanwhile. */
async function measure(store: Store): Promise<string[]> {
  const clients = Array.from({ length: Number(options.clients) }, (_, place) => place);
  const order = { field: 'createdAt', direction: 'desc' } as const;
  const { items } = await store.units.list({ statuses: ['approved'] }, order, { limit: clients.length + 1 });
  const ids = items.map(({ id }) => id);
  const spare = ids[clients.length] ?? '';
  const confirm = (id: string, by: string) => store.units.confirm(id, by, new Date(), 0.01);
  const all = async (idOf: (client: number) => string) => {
    const from = performance.now();
    await Promise.all(
      clients.map(async (client) => {
        for (let done = 0; done < Number(options.each); done++) await confirm(idOf(client), `user${client}`);
      }),
    );
    return performance.now() - from;
  };
  const other = async () => {
    const from = performance.now();
    await confirm(spare, 'spare');
    return performance.now() - from;
  };
  const [rates, waits]: [number[], number[]] = [[], []];
  for (let round = -2; round < Number(options.rounds); round++) {
    const different = await all((client) => ids[client] as string);
    const hot = all(() => ids[0] as string);
    const beside = await other();
    const one = await hot;
    if (round < 0) continue;
    rates.push(different / one);
    waits.push(beside);
    console.error(`${different.toFixed(0)} ms, ${one.toFixed(0)} ms`);
  }
  return ['PostgreSQL', median(rates).toFixed(2), median(waits).toFixed(1)];
}
