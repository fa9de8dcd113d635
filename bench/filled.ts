import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import { sqliteDatabase } from '../src/database-config.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/store.ts';
import { administer, databaseUrl } from '../test/postgres/administer.ts';
import { startPostgres } from '../test/postgres/server.ts';
import { load } from './generate.ts';
import { embed } from './vectors.ts';

/** A store with units and their vectors. */
export interface Filled {
  readonly store: Store;
  /** The model that made the vectors. */
  readonly modelId: number;
  /** Its file, or its database's URL. */
  readonly place: string;
}

export type Both = Readonly<Record<'SQLite' | 'PostgreSQL', Filled>>;

/** Works on both stores at each size; with `keep`, on the ones that are there, and leaves them. */
export async function onBoth(
  sizes: readonly number[],
  keep: string | undefined,
  work: (stores: Both, size: number) => Promise<void>,
): Promise<void> {
  const folder = keep ?? mkdtempSync(join(tmpdir(), 'cq-bench-'));
  mkdirSync(folder, { recursive: true });
  const server = await startPostgres();
  try {
    for (const size of sizes) {
      const name = keep ? `cq_bench_${size}` : `cq_bench_${size}_${process.pid}`;
      const [there] = await administer(server.url, 'select from pg_database where datname = $1', [name]);
      if (!there) await administer(server.url, `create database ${name}`);
      try {
        const url = databaseUrl(server.url, name);
        await using sqlite = await filled(join(folder, `${size}.db`), size);
        await using postgres = await filled(url, size);
        // what autovacuum does within minutes
        await administer(url, 'vacuum analyze');
        await work({ SQLite: sqlite, PostgreSQL: postgres }, size);
      } finally {
        if (!keep) await administer(server.url, `drop database ${name} with (force)`);
      }
    }
  } finally {
    await server.stop();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function filled(place: string, size: number): Promise<Filled & AsyncDisposable> {
  const isUrl = place.startsWith('postgres');
  const database = isUrl ? readConfig({ CQ_DATABASE_URL: place }).database : sqliteDatabase(place);
  const store = await openStore(database, { migrate: true });
  const timed = async <T>(what: string, work: () => Promise<T>) => {
    const [start, before] = [performance.now(), process.cpuUsage()];
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    const [took, cpu] = [(performance.now() - start) / 1000, (user + system) / 1e6];
    console.error(
      `${isUrl ? 'PostgreSQL' : 'SQLite'}: ${what} in ${took.toFixed(1)} s, ${cpu.toFixed(1)} s of processor`,
    );
    return result;
  };
  if ((await store.units.count({})) === 0) await timed(`${size} units`, () => load(store, size));
  const modelId = await timed(`${size} vectors`, () => embed(store, size));
  return { store, modelId, place, [Symbol.asyncDispose]: () => store.close() };
}
