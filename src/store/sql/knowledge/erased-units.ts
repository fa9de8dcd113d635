import type { Queries } from '../queries.ts';
import { ErasedUnitEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';

/** Statements over erased units that inserting units needs too. */

const amongIds = statement(ErasedUnitEntity, (erased, { ids }: { ids: readonly string[] }) =>
  erased.select('id').where({ id: { $in: ids } }),
);

/** Foreign keys delete what belongs to it. */
export const deleteUnit = statement(KnowledgeUnitEntity, (units, { id }: { id: string }) =>
  units.delete().where({ id }),
);

/** Those of the ids that were erased, in the transaction `queries` or committed. */
export async function erasedAmong(queries: Queries, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  return new Set((await amongIds.all(queries, { ids })).map(({ id }) => id));
}
