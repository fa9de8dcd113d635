import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { shipped } from '../shipped.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';

/** In the package; a checkout has none. */
const file = shipped('empty-database.gz');

let template: Promise<Uint8Array> | undefined;

/** An empty database in its current schema, which test servers begin as: to migrate each would take most of the time of its start. */
export function emptyDatabase(): Promise<Uint8Array> {
  template ??= readFile(file).then(promisify(gunzip)).catch(migrate);
  return template;
}

/** Migrates a new one. `scripts/bundle.ts` writes it, compressed, into the package. */
export async function migrate(): Promise<Uint8Array> {
  const store = await SqliteStore.openInMemory({});
  try {
    return SqliteStore.imageOf(store);
  } finally {
    await store.close();
  }
}
