import { type Schema, step } from './step.ts';
import { type AdoptedFlag, reordered } from './support/flag-order-1.ts';

const batchSize = 500;

/**
 * Flags that the Python server took in one millisecond, or whose instant nobody knows, are listed in its order: lists break ties by
 * id, and the ids of carried flags are hashes.
 */
export const flagOrder = step('0017-flag-order', async ({ db, progress }) => {
  let last = '';
  for (let done = 0; ; ) {
    const units = await flaggedUnits(db, last);
    const ids = units.map(({ unit_id }) => unit_id);
    if (ids.length === 0) return;
    const flags = Map.groupBy(await flagsOf(db, ids), ({ unit_id }) => unit_id);
    for (const id of ids) {
      const ofUnit = flags.get(id) ?? [];
      const adopted = ofUnit.filter(({ created_by }) => created_by === null);
      for (const { id: flagId, reason, detail, duplicate_of } of reordered(id, ofUnit.length, adopted))
        await db
          .updateTable('knowledge_unit_flags')
          .set({ reason, detail, duplicate_of })
          .where('id', '=', flagId)
          .execute();
    }
    last = ids.at(-1) ?? last;
    done += ids.length;
    await progress(`flags of ${done} units put in order`);
  }
});

/** The next units that have flags. */
async function flaggedUnits(db: Schema, after: string): Promise<{ unit_id: string }[]> {
  return db
    .selectFrom('knowledge_unit_flags')
    .select('unit_id')
    .distinct()
    .where('unit_id', '>', after)
    .orderBy('unit_id')
    .limit(batchSize)
    .execute();
}

type Row = AdoptedFlag & { readonly unit_id: string; readonly created_by: string | null };

async function flagsOf(db: Schema, units: readonly string[]): Promise<Row[]> {
  const rows = await db
    .selectFrom('knowledge_unit_flags')
    .select(['id', 'unit_id', 'reason', 'detail', 'duplicate_of', 'created_by', 'created_at'])
    .where('unit_id', 'in', units)
    .execute();
  return rows.map((row) => ({ ...row, at: new Date(row.created_at).toISOString() }) as Row);
}
