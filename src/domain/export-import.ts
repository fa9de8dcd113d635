import { ErasedUnitError, InvalidInputError } from '../errors.ts';
import type { Flag, KnowledgeUnit, PageRequest, Position, Store, UnitWithFlags } from '../store/store.ts';
import { type Actor, audit, operator } from './audit.ts';
import { newFlagId, newHexId, newRevisionId } from './ids.ts';
import { allItems, allPages } from './pagination.ts';
import { heldForSecrets, refuseSecrets } from './secret-scan.ts';
import { isSeedEntry } from './seed.ts';
import type { TextLine } from './text-lines.ts';
import { readLine, toLine } from './unit-lines.ts';

const pageSize = 500;

/** Exports every unit as a line, oldest first, page by page; resumes behind the unit `after` where one is given. */
export async function* exportUnits(
  store: Store,
  after: KnowledgeUnit | null = null,
): AsyncGenerator<{ id: string; line: string }> {
  const pages = allPages(
    (page: PageRequest<Position<Date>>) => store.units.list({}, { field: 'createdAt', direction: 'asc' }, page),
    byCreation,
    { from: after ? byCreation(after) : undefined, limit: pageSize },
  );
  for await (const units of pages) {
    const ids = units.map(({ id }) => id);
    const counts = await store.flags.counts(ids);
    const changed = await store.revisions.unitsWithAny(ids);
    const dismissed = await store.nearRepeats.dismissedOf(ids);
    for (const [index, unit] of units.entries()) {
      const flagged = Object.keys(counts[index] ?? {}).length > 0;
      const flags = flagged ? await flagsOf(store, unit.id) : [];
      const revisions = changed.has(unit.id) ? await store.revisions.ofUnit(unit.id) : [];
      const confirmed = unit.confirmers + unit.ownConfirmations > 0 ? await store.units.confirmersOf(unit.id) : [];
      yield { id: unit.id, line: toLine(unit, flags, revisions, confirmed, dismissed[index]) };
    }
  }
}

function flagsOf(store: Store, unitId: string): Promise<Flag[]> {
  return Array.fromAsync(allItems((page: PageRequest<Position<Date>>) => store.flags.list(unitId, page), byCreation));
}

const byCreation = ({ createdAt, id }: { createdAt: Date; id: string }) => ({ key: createdAt, id });

/** What an import did, in numbers of units and lines. */
export interface ImportReport {
  readonly added: number;
  /** Units whose id exists already; they are not changed. */
  readonly present: number;
  /** Lines that could not be read, and those of units that were erased here. */
  readonly refused: number;
}

/** Who watches an import. */
export interface ImportWatch {
  progress(done: number): void;
  /** Told of each line that is skipped: in order, but that those of erased units come up to 500 lines later. */
  refused(line: number, reason: string): void;
}

/** A batch is written before its lines have more characters than this. */
const batchCharacters = 16_000_000;

/**
 * Imports units from lines, up to 500 in one transaction. Skips and reports lines that cannot be read, and units that were erased. A flag or a revision whose id another
 * one has, as where somebody copied a line, gets a new one. Throws
 * `InvalidInputError`, before anything is imported, for a file of another format.
 */
export async function importUnits(
  store: Store,
  lines: AsyncIterable<TextLine>,
  watch: ImportWatch,
  secretScan = false,
  by: Actor = operator,
): Promise<ImportReport> {
  const report = { added: 0, present: 0, refused: 0 };
  // tells the two entries of one import from those of others, and the first is there if the process dies in between
  const run = newHexId();
  let began = false;
  let isFirst = true;
  let size = 0;
  let batch: { readonly number: number; readonly unit: UnitWithFlags }[] = [];
  const refuse = (line: number, reason: string) => {
    report.refused++;
    watch.refused(line, reason);
  };
  const write = async () => {
    const read = batch;
    batch = [];
    size = 0;
    const erased = await store.erasures.among(read.map(({ unit }) => unit.unit.id));
    const isErased = ({ unit }: (typeof read)[number]) => erased.has(unit.unit.id);
    for (const { number, unit } of read.filter(isErased)) refuse(number, new ErasedUnitError(unit.unit.id).message);
    const units = read.filter((one) => !isErased(one)).map(({ unit }) => unit);
    if (units.length > 0 && !began) {
      await audit(store, by, 'units.importing', { details: { import: run } });
      began = true;
    }
    const fresh = await store.units.restoreMany(await withFreeIds(store, units));
    report.added += fresh;
    report.present += units.length - fresh;
    watch.progress(report.added + report.present);
  };
  for await (const { number, text, problem } of lines) {
    if (text?.trim() === '') continue;
    if (isFirst && text !== null) requireExportFormat(text);
    isFirst = false;
    try {
      if (text === null) throw new Error(problem ?? '');
      const read = readLine(text);
      batch.push({ number, unit: secretScan ? await withHeldSecrets(read) : read });
      size += text.length;
    } catch (error) {
      refuse(number, (error as Error).message);
    }
    if (batch.length >= pageSize || size >= batchCharacters) await write();
  }
  await write();
  if (began) await audit(store, by, 'units.imported', { details: { import: run, ...report } });
  return report;
}

/**
 * The unit, held if it seems to hold credentials and is not approved; one that is approved, or has them in another version, is refused.
 * What somebody has released elsewhere is taken as it is.
 */
async function withHeldSecrets(read: UnitWithFlags): Promise<UnitWithFlags> {
  const { unit, revisions = [] } = read;
  if (unit.held && unit.held.releasedBy !== null) return read;
  for (const { content } of revisions) await refuseSecrets(true, content);
  return unit.held ? read : { ...read, unit: await heldForSecrets(unit) };
}

/** The units, with new ids for flags and revisions whose id another one of them has, or one of another unit in the database. */
async function withFreeIds(store: Store, units: readonly UnitWithFlags[]): Promise<UnitWithFlags[]> {
  const freeFlag = await freeIds(
    units.flatMap(({ flags }) => flags),
    (ids) => store.flags.findMany(ids),
    newFlagId,
  );
  const freeRevision = await freeIds(
    units.flatMap(({ revisions = [] }) => revisions),
    (ids) => store.revisions.findMany(ids),
    newRevisionId,
  );
  return units.map(({ flags, revisions = [], ...unit }) => ({
    ...unit,
    flags: flags.map((flag) => ({ ...flag, id: freeFlag(flag) })),
    revisions: revisions.map((revision) => ({ ...revision, id: freeRevision(revision) })),
  }));
}

interface OfUnit {
  readonly id: string;
  readonly unitId: string;
}

/** Answers the id of each item that it is called with, in order, or a new one where that is taken. */
async function freeIds(
  given: readonly OfUnit[],
  find: (ids: readonly string[]) => Promise<(OfUnit | null)[]>,
  newId: () => string,
): Promise<(item: OfUnit) => string> {
  const used = new Set<string>();
  for (let from = 0; from < given.length; from += pageSize) {
    const part = given.slice(from, from + pageSize);
    const found = await find(part.map(({ id }) => id));
    for (const [index, { id, unitId }] of part.entries()) if ((found[index]?.unitId ?? unitId) !== unitId) used.add(id);
  }
  return ({ id }) => {
    const free = used.has(id) ? newId() : id;
    used.add(free);
    return free;
  };
}

/** Throws `InvalidInputError` if the first line of a file shows that it has another format than that of `export`. */
function requireExportFormat(line: string) {
  const refuse = (message: string) => {
    throw new InvalidInputError([{ path: ['file'], message }]);
  };
  if (/^\s*\[/.test(line))
    refuse(
      'The file is a JSON array. Lessons to start with are for "cq-server seed FILE --user NAME"; import takes the lines of "cq-server export", one unit each.',
    );
  if (/^\s*\{\s*$/.test(line))
    refuse('The file has JSON over several lines; import takes the lines of "cq-server export", one unit each.');
  if (isSeed(line))
    refuse(
      'The file holds lessons without ids, which "cq-server seed FILE --user NAME" takes; import takes the lines of "cq-server export".',
    );
}

function isSeed(line: string): boolean {
  try {
    return isSeedEntry(JSON.parse(line));
  } catch {
    return false;
  }
}
