import type { Flag, KnowledgeUnit, PageRequest, Position, Store } from '../store/store.ts';
import { allItems, allPages } from './pagination.ts';
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
    const counts = await store.flags.counts(units.map(({ id }) => id));
    for (const [index, unit] of units.entries()) {
      const flagged = Object.keys(counts[index] ?? {}).length > 0;
      yield { id: unit.id, line: toLine(unit, flagged ? await flagsOf(store, unit.id) : []) };
    }
  }
}

function flagsOf(store: Store, unitId: string): Promise<Flag[]> {
  return Array.fromAsync(allItems((page: PageRequest<Position<Date>>) => store.flags.list(unitId, page), byCreation));
}

const byCreation = ({ createdAt, id }: { createdAt: Date; id: string }) => ({ key: createdAt, id });

/** What an import did, in numbers of units; `refused` names the lines that could not be read. */
export interface ImportReport {
  readonly added: number;
  /** Units whose id exists already; they are not changed. */
  readonly present: number;
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
}

/** Imports units from lines, 500 in one transaction. Skips and reports lines that cannot be read. */
export async function importUnits(
  store: Store,
  lines: AsyncIterable<string>,
  progress: (done: number) => void,
): Promise<ImportReport> {
  const refused: { line: number; reason: string }[] = [];
  let number = 0;
  let added = 0;
  let present = 0;
  let batch: ReturnType<typeof readLine>[] = [];
  const write = async () => {
    const units = batch;
    batch = [];
    const fresh = await store.units.restoreMany(units);
    added += fresh;
    present += units.length - fresh;
    progress(added + present);
  };
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    try {
      batch.push(readLine(line));
    } catch (error) {
      refused.push({ line: number, reason: (error as Error).message });
    }
    if (batch.length >= pageSize) await write();
  }
  await write();
  return { added, present, refused };
}
