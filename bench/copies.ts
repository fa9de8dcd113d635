import { constants, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administer, databaseUrl } from '../test/postgres/administer.ts';
import type { Contestant } from './contestants/contestant.ts';
import type { Places } from './filled.ts';

/** Copies of databases, one for each contestant, so that each writes to the same state. */
export interface Copies extends AsyncDisposable {
  /** The file or URL of a new copy; empty for a contestant without a database. */
  copyFor(contestant: Contestant): Promise<string>;
}

/** Makes them of these databases, to which nobody may be connected; removes them at the end. */
export function openCopies(places: Partial<Places>): Copies {
  const folder = mkdtempSync(join(tmpdir(), 'cq-bench-copies-'));
  const names: string[] = [];
  const server = places.PostgreSQL && databaseUrl(places.PostgreSQL, 'postgres');
  const copies: Record<'SQLite' | 'PostgreSQL', (from: string, name: string) => Promise<string>> = {
    async SQLite(from, name) {
      const file = join(folder, `${name}.db`);
      copyFileSync(from, file, constants.COPYFILE_FICLONE);
      return file;
    },
    async PostgreSQL(from, name) {
      const url = databaseUrl(from, `cq_bench_${process.pid}_${name.replaceAll('-', '_')}`);
      const copy = new URL(url).pathname.slice(1);
      names.push(copy);
      await administer(server as string, `create database ${copy} template ${new URL(from).pathname.slice(1)}`);
      return url;
    },
  };
  return {
    async copyFor({ name, database }) {
      const from = database && places[database];
      if (database && !from) throw new Error(`there is no database for ${name}`);
      return database && from ? await copies[database](from, name) : '';
    },
    async [Symbol.asyncDispose]() {
      for (const name of names) await administer(server as string, `drop database if exists ${name} with (force)`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
