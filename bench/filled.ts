import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config/config.ts';
import { sqliteDatabase } from '../src/config/sqlite-url.ts';
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

/** Where a SQLite file and a PostgreSQL database are. */
export type Places = Readonly<Record<'SQLite' | 'PostgreSQL', string>>;

/** Works on both stores, with vectors, at each size; with `keep`, on the ones that are there, and leaves them. */
export async function onBoth(
  sizes: readonly number[],
  keep: string | undefined,
  work: (stores: Both, size: number) => Promise<void>,
): Promise<void> {
  await onPlaces(sizes, keep, async (places, size) => {
    await using sqlite = await filled(places.SQLite, size);
    await using postgres = await filled(places.PostgreSQL, size);
    // what autovacuum does within minutes
    await administer(places.PostgreSQL, 'vacuum analyze');
    await work({ SQLite: sqlite, PostgreSQL: postgres }, size);
  });
}

/** Works on databases that hold as many units, and no vectors unless they are kept ones that do. */
export async function onLoaded(
  size: number,
  keep: string | undefined,
  work: (places: Places) => Promise<void>,
): Promise<void> {
  await onPlaces([size], keep, async (places) => {
    for (const place of Object.values(places)) await (await loaded(place, size)).close();
    await administer(places.PostgreSQL, 'vacuum analyze');
    await work(places);
  });
}

/** The same with a SQLite file alone, for those who need no PostgreSQL. */
export async function onLoadedFile(
  size: number,
  keep: string | undefined,
  work: (file: string) => Promise<void>,
): Promise<void> {
  await inFolder(keep, async (folder) => {
    const file = sqliteIn(folder, size);
    await (await loaded(file, size)).close();
    await work(file);
  });
}

const sqliteIn = (folder: string, size: number) => join(folder, `${size}.db`);

async function inFolder(keep: string | undefined, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = keep ?? mkdtempSync(join(tmpdir(), 'cq-bench-'));
  mkdirSync(folder, { recursive: true });
  try {
    await work(folder);
  } finally {
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function onPlaces(
  sizes: readonly number[],
  keep: string | undefined,
  work: (places: Places, size: number) => Promise<void>,
): Promise<void> {
  await inFolder(keep, (folder) => withServer(sizes, keep, folder, work));
}

async function withServer(
  sizes: readonly number[],
  keep: string | undefined,
  folder: string,
  work: (places: Places, size: number) => Promise<void>,
): Promise<void> {
  const server = await startPostgres();
  try {
    for (const size of sizes) {
      const name = keep ? `cq_bench_${size}` : `cq_bench_${size}_${process.pid}`;
      const [there] = await administer(server.url, 'select from pg_database where datname = $1', [name]);
      if (!there) await administer(server.url, `create database ${name}`);
      try {
        await work({ SQLite: sqliteIn(folder, size), PostgreSQL: databaseUrl(server.url, name) }, size);
      } finally {
        if (!keep) await administer(server.url, `drop database ${name} with (force)`);
      }
    }
  } finally {
    await server.stop();
  }
}

const isUrl = (place: string) => place.startsWith('postgres');

export const databaseAt = (place: string) =>
  isUrl(place) ? readConfig({ CQ_DATABASE_URL: place }).database : sqliteDatabase(place);

async function loaded(place: string, size: number): Promise<Store> {
  const store = await openStore(databaseAt(place), { migrate: true });
  if ((await store.units.count({})) === 0) await timed(`${labelOf(place)}: ${size} units`, () => load(store, size));
  return store;
}

async function filled(place: string, size: number): Promise<Filled & AsyncDisposable> {
  const store = await loaded(place, size);
  const modelId = await timed(`${labelOf(place)}: ${size} vectors`, () => embed(store, size));
  return { store, modelId, place, [Symbol.asyncDispose]: () => store.close() };
}

const labelOf = (place: string) => (isUrl(place) ? 'PostgreSQL' : 'SQLite');

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const [took, cpu] = [(performance.now() - start) / 1000, (user + system) / 1e6];
  console.error(`${what} in ${took.toFixed(1)} s, ${cpu.toFixed(1)} s of processor`);
  return result;
}
