import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import type { Queries } from '../queries.ts';
import { type BuiltChunk, chunkSize, createChunkBuilder, type Pack } from './chunk.ts';

/**
 * Merging: documents that have changed go from the tail into chunks. A chunk is built anew from the build before and the forward
 * postings of what changed, while searches read the one that is there; one transaction then puts it in its place. A process that dies
 * leaves nothing but a lease that expires.
 *
 * What is built may be newer than the changes that were read first, and never older: each change that is merged was committed
 * before. Any other change stays, and what it changed does not count in the chunk (`changed-documents.ts`).
 */

/** Changes in the tail from which on a merge pays: a chunk is built again for every so many, and searches look at each of them. */
export const mergeFrom = 2048;
/** Where units come in bulk, the chunk that they fill is built less often. */
export const bulkMergeFrom = 8192;
/** Chunks of which a lower number of documents changed wait for more of them. */
const minChanges = 256;
/** After this long another process may merge; a merge takes a second or so. */
const leaseMs = 60_000;
/** How many documents are read, and how many packs written, between two turns of the event loop. */
const [documentsPerTurn, packsPerTurn] = [512, 512];

/** Merges if at least `from` changes wait and no other process does; answers how many changes it merged. */
export async function mergeWords(db: Database, from = mergeFrom, signal?: AbortSignal): Promise<number> {
  if ((await countChanges(db.write)) < from) return 0;
  if (!(await takeLease(db))) return 0;
  try {
    let merged = 0;
    for (const chunk of await chunksToBuild(db.write, Math.min(from, minChanges))) {
      signal?.throwIfAborted();
      merged += await mergeChunk(db, chunk);
    }
    return merged;
  } finally {
    await releaseLease(db);
  }
}

/**
 * Merges the chunks of these documents, as soon as no other process merges; false while one does. What chunks had of documents that are
 * gone is then gone too.
 */
export async function mergeDocuments(
  db: Database,
  documents: readonly number[],
  signal?: AbortSignal,
): Promise<boolean> {
  const wait = await chunksWithChanges(db.write, documents);
  if (wait.length === 0) return true;
  if (!(await takeLease(db))) return false;
  try {
    for (const chunk of wait) {
      signal?.throwIfAborted();
      await mergeChunk(db, chunk);
    }
  } finally {
    await releaseLease(db);
  }
  return (await chunksWithChanges(db.write, documents)).length === 0;
}

/** The chunks of those of the documents that have changed and are not merged. */
async function chunksWithChanges(db: Queries, documents: readonly number[]): Promise<number[]> {
  if (documents.length === 0) return [];
  const { rows } = await sql<{ document: number }>`
    select distinct document from search_changes where document in (${sql.join(documents)})`.execute(db);
  return [...new Set(rows.map(({ document }) => Math.floor(Number(document) / chunkSize)))];
}

async function countChanges(db: Queries): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from search_changes`.execute(db);
  return Number(rows[0]?.count);
}

/** A lease and no lock: a merge is several transactions. */
async function takeLease(db: Database): Promise<boolean> {
  const now = db.now();
  const until = toColumn(new Date(now.getTime() + leaseMs));
  const { rows } = await db.transaction((tx) =>
    sql`
      update search_merges set until = ${until}
       where id in (select id from search_merges where until < ${toColumn(now)} ${tx.dialect.skipLocked})
      returning id`.execute(tx.write),
  );
  return rows.length > 0;
}

async function releaseLease(db: Database): Promise<void> {
  await db.transaction((tx) => sql`update search_merges set until = ${toColumn(new Date(0))}`.execute(tx.write));
}

/** The chunks with many changes; all that have some where none has. */
async function chunksToBuild(db: Queries, least: number): Promise<number[]> {
  const { rows } = await sql<{ chunk: number; changes: number }>`
    select document / ${sql.lit(chunkSize)} as chunk, count(*) as changes from search_changes group by 1 order by 1`.execute(
    db,
  );
  const many = rows.filter(({ changes }) => Number(changes) >= least);
  return (many.length > 0 ? many : rows).map(({ chunk }) => Number(chunk));
}

/** Builds one chunk anew; answers how many changes that merged: none if another process was faster. */
async function mergeChunk(db: Database, chunk: number): Promise<number> {
  const first = chunk * chunkSize;
  const changes = await changesIn(db.write, first);
  const before = await headOf(db.write, chunk);
  const { built, merged } = await readAndBuild(db.write, first, changes, before);
  return db.transaction(async (tx) => {
    if ((await headOf(tx.write, chunk))?.build !== before?.build) return 0;
    const build = randomBytes(6).readUIntBE(0, 6);
    for (let from = 0; from < built.packs.length; from += packsPerTurn) {
      await tx.wordIndex.addPacks(tx.write, build, built.packs.slice(from, from + packsPerTurn));
      await nextTurn();
    }
    if (!(await replaceBuild(tx.write, chunk, before?.build ?? null, build, built))) return abandon(tx.write, build);
    const waiting = new Set(merged.waiting);
    const done = changes.filter(({ document }) => !waiting.has(document));
    await tx.wordIndex.removeChanges(
      tx.write,
      done.map(({ id }) => id),
    );
    await tx.wordIndex.removeForward(tx.write, merged.versions);
    if (before) await sql`delete from search_packs where build = ${before.build}`.execute(tx.write);
    return done.length;
  });
}

interface Change {
  readonly id: number;
  readonly document: number;
}

async function changesIn(db: Queries, first: number): Promise<Change[]> {
  const { rows } = await sql<Change>`
    select id, document from search_changes where document >= ${first} and document < ${first + chunkSize}`.execute(db);
  return rows.map(({ id, document }) => ({ id: Number(id), document }));
}

async function abandon(db: Queries, build: number): Promise<0> {
  await sql`delete from search_packs where build = ${build}`.execute(db);
  return 0;
}

interface Head {
  readonly build: number;
  readonly documents: Buffer;
}

async function headOf(db: Queries, chunk: number): Promise<Head | null> {
  const { rows } = await sql<Head>`select build, documents from search_chunks where chunk = ${chunk}`.execute(db);
  return rows[0] ? { ...rows[0], build: Number(rows[0].build) } : null;
}

async function replaceBuild(
  db: Queries,
  chunk: number,
  before: number | null,
  build: number,
  { documents, directory }: BuiltChunk,
): Promise<boolean> {
  const { rows } =
    before === null
      ? await sql`
          insert into search_chunks (chunk, build, documents, directory) values (${chunk}, ${build}, ${documents}, ${directory})
          on conflict do nothing returning chunk`.execute(db)
      : await sql`
          update search_chunks set build = ${build}, documents = ${documents}, directory = ${directory}
           where chunk = ${chunk} and build = ${before} returning chunk`.execute(db);
  return rows.length > 0;
}

/** What of the changed documents went into a build. */
interface Merged {
  /**
   * The version of each one's forward postings, rows that are not needed any more: unless they are newer by then, or belong to a change
   * that was committed after the changes were read.
   */
  readonly versions: readonly (readonly [document: number, version: number])[];
  /** Documents that wait until they are indexed: the release before has written them. */
  readonly waiting: readonly number[];
}

async function readAndBuild(
  db: Queries,
  first: number,
  changes: readonly Change[],
  before: Head | null,
): Promise<{ readonly built: BuiltChunk; readonly merged: Merged }> {
  const builder = createChunkBuilder();
  const changed = [...new Set(changes.map(({ document }) => document))];
  if (before) {
    builder.addDocuments(before.documents, new Set(changed.map((document) => document - first)));
    for await (const pack of packsOf(db, before.build)) builder.addPack(pack);
  }
  const versions: (readonly [number, number])[] = [];
  for (let from = 0; from < changed.length; from += documentsPerTurn) {
    const { rows } = await sql<{ document: number; version: number; postings: Buffer }>`
      select document, version, postings from search_forward
       where document in (${sql.join(changed.slice(from, from + documentsPerTurn))})`.execute(db);
    for (const { document, version, postings } of rows) {
      builder.add(document - first, postings);
      versions.push([document, Number(version)]);
    }
    await nextTurn();
  }
  const found = new Set(versions.map(([document]) => document));
  const absent = changed.filter((document) => !found.has(document));
  const waiting = absent.length > 0 ? await existing(db, absent) : [];
  const steps = builder.build();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return { built: step.value, merged: { versions, waiting } };
    await nextTurn();
  }
}

async function* packsOf(db: Queries, build: number): AsyncGenerator<Buffer> {
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    const { rows } = await sql<{ key: number; postings: Buffer }>`
      select key, postings from search_packs where build = ${build} and key > ${last} order by key limit ${sql.lit(packsPerTurn)}`.execute(
      db,
    );
    for (const { postings } of rows) yield postings;
    if (rows.length < packsPerTurn) return;
    last = Number(rows.at(-1)?.key);
    await nextTurn();
  }
}

/** Those of the documents that are there. */
async function existing(db: Queries, documents: readonly number[]): Promise<number[]> {
  const found: number[] = [];
  for (let from = 0; from < documents.length; from += documentsPerTurn) {
    const { rows } = await sql<{ id: number }>`
      select id from search_documents where id in (${sql.join(documents.slice(from, from + documentsPerTurn))})`.execute(
      db,
    );
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

/** Packs as JSON, `[key, postings in hexadecimal]` each. */
export const packsJson = (packs: readonly Pack[]): string =>
  JSON.stringify(packs.map(({ key, postings }) => [key, postings.toString('hex')]));
