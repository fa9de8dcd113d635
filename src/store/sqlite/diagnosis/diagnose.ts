import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sqliteMigrationDialect } from '../../../../migrations/step.ts';
import { bytes, type DiagnosisOptions, ok, problem, type Report, shellWord, warning } from '../../../findings.ts';
import { indexCount, missingIndexes } from '../../sql/diagnosis/missing-indexes.ts';
import { schemaFinding } from '../../sql/diagnosis/schema.ts';
import { diagnoseWords } from '../../sql/diagnosis/words.ts';
import type { Client } from '../../sql/queries.ts';
import { readAdoptionRecord } from '../../sql/schema/adoption-record.ts';
import { stateOf } from '../../sql/schema/migrate.ts';
import type { DatabaseState } from '../../store.ts';
import { type Handle, openReadOnly } from '../connection.ts';
import { translatingErrors } from '../driver-errors.ts';
import { queries, vectorEngine } from '../kysely-driver.ts';
import type { Copy } from '../pre-adoption-backup.ts';
import { diagnoseIntegrity } from './integrity.ts';

/** A log (WAL) that is larger has been kept from being emptied: a server's own has some 64 MiB at most. */
const [largeLog, hugeLog] = [128 * 2 ** 20, 2 ** 30];

/** Pages that nothing uses are worth a `vacuum` from this many bytes on, and this part of the file. */
const [freeBytes, freePart] = [64 * 2 ** 20, 0.5];

/**
 * Looks at a SQLite file, and writes nothing: not even what an interrupted transaction has left is rolled back. Answers its state, null
 * where that cannot be told. Throws where the file cannot be read.
 */
export async function diagnoseSqlite(
  file: string,
  { migrate, vectors, limitMs }: DiagnosisOptions,
  report: Report,
): Promise<DatabaseState | null> {
  if (!existsSync(file)) {
    const state = { kind: 'missing' } as const;
    report(schemaFinding(state, resolve(file), migrate));
    return state;
  }
  if (await hasJournal(file)) {
    report(
      warning(
        'database.journal',
        `${file}-journal has ${bytes(sizeOf(`${file}-journal`))} of a transaction that runs, or was interrupted. The rest is not looked at, since reading would roll it back.`,
        'Where no server runs on the file, start one, or run "cq-server migrate": what was interrupted is rolled back then.',
      ),
    );
    return null;
  }
  const handle = translatingErrors(() => openReadOnly(file));
  try {
    const db = queries(handle);
    const state = await stateOf(db, sqliteMigrationDialect);
    report(schemaFinding(state, resolve(file), migrate));
    reportSize(file, handle, report);
    reportLog(file, report);
    const holder = vectorEngine(handle);
    if (holder !== null) report(ok('database.extension', `Vectors are held by ${holder}.`));
    else if (vectors)
      report(
        problem(
          'database.extension',
          'sqlite-vec has no binary for this platform, and an embedding provider is set.',
          'Run the server on Linux x64 or arm64, macOS or Windows x64, use PostgreSQL, or unset CQ_EMBEDDING_PROVIDER.',
        ),
      );
    else report(ok('database.extension', 'There is no sqlite-vec for this platform, and no vectors are wanted.'));
    await reportAdoption(file, db, state, report);
    if (state.kind === 'current') {
      reportIndexes(handle, report);
      for (const finding of await diagnoseWords(db)) report(finding);
    }
    report(await diagnoseIntegrity(file, limitMs));
    return state;
  } finally {
    handle.close();
  }
}

/** Whether there is a rollback journal, and stays: one of a transaction that runs is gone soon. */
async function hasJournal(file: string): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (sizeOf(`${file}-journal`) === 0) return false;
    await delay(100);
  }
  return true;
}

function reportSize(file: string, handle: Handle, report: Report) {
  const number = (name: string) => Number(handle.pragma(name, { simple: true }));
  const [size, free] = [number('page_count') * number('page_size'), number('freelist_count') * number('page_size')];
  const version = handle.prepare('select sqlite_version()').pluck().get();
  const found = `SQLite ${version}, ${resolve(file)}, ${bytes(size)}, of which ${bytes(free)} are free.`;
  if (free > freeBytes && free > size * freePart)
    report(
      warning(
        'database.size',
        found,
        `Stop the server, and give the disk back what is free: sqlite3 ${shellWord(file)} vacuum (it takes another ${bytes(size - free)} meanwhile)`,
      ),
    );
  else report(ok('database.size', found));
}

function reportLog(file: string, report: Report) {
  const size = sizeOf(`${file}-wal`);
  if (size <= largeLog) {
    report(ok('database.wal', size > 0 ? `The log (WAL) has ${bytes(size)}.` : 'There is no log (WAL).'));
    return;
  }
  const level = size > hugeLog ? problem : warning;
  report(
    level(
      'database.wal',
      `The log ${file}-wal has ${bytes(size)}: something has been reading for long, or a server was killed; reads are slow, and the disk fills.`,
      `End what reads (a copy, an open sqlite3), then restart the server; where none runs: sqlite3 ${shellWord(file)} 'pragma wal_checkpoint(truncate)'`,
    ),
  );
}

async function reportAdoption(file: string, db: Client, state: DatabaseState, report: Report) {
  const check = 'database.adoption';
  const partial = `${file}.backup.partial`;
  if (existsSync(partial))
    report(
      warning(
        check,
        `${partial} is there: an adoption runs, or was interrupted, which has changed nothing yet.`,
        'Where no server is starting, run "cq-server migrate": it begins anew and removes that file.',
      ),
    );
  if (state.kind !== 'current' && state.kind !== 'behind' && state.kind !== 'newer') return;
  const found = await readAdoptionRecord(db, sqliteMigrationDialect);
  if (found === null) return;
  const path = join(dirname(file), (found.details as Copy).name);
  report(
    existsSync(path)
      ? ok(
          check,
          `Adopted from the Python server at ${found.at.toISOString()}, whose database is kept in ${path}: "cq-server adoption discard" removes it.`,
        )
      : warning(
          check,
          `Adopted from the Python server at ${found.at.toISOString()}, and the copy from before, ${path}, is missing: there is no way back.`,
          'Put the copy back, or run "cq-server adoption discard".',
        ),
  );
}

function reportIndexes(handle: Handle, report: Report) {
  const check = 'database.indexes';
  const names = handle.prepare<[], string>(`select name from sqlite_schema where type = 'index'`).pluck().all();
  const missing = missingIndexes(check, new Set(names));
  for (const finding of missing) report(finding);
  if (missing.length === 0) report(ok(check, `All ${indexCount} indexes are there.`));
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
