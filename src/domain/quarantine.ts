import { z } from 'zod';
import { type PythonUnit, readUnit } from '../../migrations/support/python-unit.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { KnowledgeUnit, Quarantined, Store } from '../store/store.ts';
import type { By } from './account.ts';
import { type Actor, audit, operator } from './audit.ts';
import { requireNotErased } from './erasure.ts';
import { isUnitId, newFlagId, quarantineNodeId } from './ids.ts';
import { inNfc, isStorable } from './rules.ts';
import { heldForSecrets } from './secret-scan.ts';

/**
 * Converts a quarantined row of the Python server's database to a unit, and removes it from quarantine. `repaired` replaces the
 * row: JSON of the whole row, as `quarantine show` prints it, or of the unit alone; null retries the row as it is. With `secretScan` a unit that
 * seems to hold credentials is held, or refused with `SecretsFoundError` where it is approved. Throws
 * `NotFoundError`, `InvalidInputError` when the row makes no unit, `ConflictError` when a unit has its id, and
 * `ErasedUnitError` when one had it that was erased.
 */
export async function admitUnit(
  store: Store,
  id: number,
  repaired: string | null,
  {
    by = operator,
    now = store.now(),
    secretScan = false,
  }: { readonly by?: Actor; readonly now?: Date; readonly secretScan?: boolean } = {},
): Promise<KnowledgeUnit> {
  const found = await store.quarantine.find(id);
  if (!found) throw notThere(id);
  if (found.source !== 'knowledge_units')
    throw new ConflictError(`Row ${id} is of ${found.source}; only units can be admitted.`, ['id']);
  const { unit: readUnitRow, flags: readFlags } = attempt(() => readUnit(repairedRow(found.content, repaired), now));
  const { review } = readUnitRow;
  const read: KnowledgeUnit = {
    ...readUnitRow,
    domains: inNfc(readUnitRow.domains),
    confirmers: 0,
    ownConfirmations: 0,
    review: review && { ...review, note: null, internalNote: review.note },
    withdrawal: null,
  };
  const unit = secretScan ? await heldForSecrets(read) : read;
  // in their order, which ids of today keep
  const flags = readFlags.map((flag) => ({ ...flag, id: newFlagId() }));
  await store.transaction(async (tx) => {
    if (!(await tx.quarantine.admit(id, unit, flags))) {
      await requireNotErased(tx, unit.id);
      if (!(await tx.quarantine.find(id))) throw notThere(id);
      throw new ConflictError(`There is a unit with the id ${unit.id} already.`, ['id']);
    }
    const details = { row: id, status: unit.status, repaired: repaired !== null };
    await audit(tx, by, 'quarantine.admitted', { target: unit.id, details, at: now });
  });
  return unit;
}

/** Deletes a row from quarantine for good. Throws `NotFoundError`, also for one that was admitted or discarded already. */
export async function discardQuarantined(
  store: Store,
  id: number,
  { by = operator, now = store.now() }: By = {},
): Promise<Quarantined> {
  const discarded = await store.transaction(async (tx) => {
    const row = await tx.quarantine.discard(id);
    // not of another table: its id may be a name
    const target = row?.source === 'knowledge_units' && isUnitId(row.sourceId) ? row.sourceId : null;
    if (row) await audit(tx, by, 'quarantine.discarded', { target, details: { row: id, source: row.source }, at: now });
    return row;
  });
  if (!discarded) throw notThere(id);
  return discarded;
}

const notThere = (id: number) => new NotFoundError('row in quarantine', quarantineNodeId(id));

const text = z.string().refine(isStorable, { error: 'holds NUL or an unpaired surrogate' });
const orNull = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);

/** What the columns of a database promise `readUnit`, and what somebody typed does not. Instants it reads itself, whatever they are. */
const rowSchema = z.object({
  id: z.string(),
  data: z.string(),
  status: z.string(),
  reviewed_by: orNull(text),
  reviewed_at: orNull(z.unknown()),
  created_at: orNull(z.unknown()),
  domains: z.array(text).default([]),
});

/** Throws an Error that says why there is no row. */
function repairedRow(content: string, repaired: string | null): PythonUnit {
  const parsed = rowSchema.safeParse(repaired === null ? JSON.parse(content) : mended(content, repaired));
  if (parsed.success) return parsed.data as PythonUnit;
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'row'}: ${message}`).join('; '));
}

function mended(content: string, repaired: string): object {
  const given: unknown = JSON.parse(repaired);
  if (!isObject(given)) throw new Error('it is no JSON object');
  const row = kept(content);
  if ('data' in given) return { ...row, ...given };
  const id = 'id' in given && typeof given.id === 'string' ? given.id : row.id;
  return { ...row, id, data: repaired };
}

/** What is in quarantine may be no JSON, which then is what is repaired. */
function kept(content: string): { readonly id?: unknown } {
  try {
    const row: unknown = JSON.parse(content);
    return isObject(row) ? row : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = `The row cannot be read as a unit: ${(error as Error).message}`;
    throw new InvalidInputError([{ path: ['repaired'], message }]);
  }
}
