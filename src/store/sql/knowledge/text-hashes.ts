import type { KnowledgeUnit, ReviewStatus } from '../../store.ts';
import type { Database } from '../database.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { toUnit } from './rows.ts';
import { textHash } from './text-hash.ts';

/** Units by the hash of their text. */

interface Asked {
  readonly textHash: string;
  readonly statuses: readonly ReviewStatus[];
  readonly limit: number;
}

const byHash = statement(KnowledgeUnitEntity, (units, { textHash, statuses, limit }: Asked) =>
  units
    .select('*')
    .where({ textHash })
    // of a withdrawn unit `status` is another: see `rows.ts`
    .andWhere('coalesce(own.withdrawn_as, own.status) in ?', [statuses])
    .orderBy({ createdAt: 'asc', id: 'asc' })
    .limit(limit),
);

const unhashed = statement(KnowledgeUnitEntity, (units, { limit }: { limit: number }) =>
  units
    .select(['id', 'summary', 'detail', 'action'])
    .where({ textHash: null })
    .orderBy({ textHash: 'asc', id: 'asc' })
    .limit(limit),
);

// only where there still is none: the text may have changed since it was read
const updateHash = statement(KnowledgeUnitEntity, (units, { id, textHash }: { id: string; textHash: string }) =>
  units.update({ textHash }).where({ id, textHash: null }),
);

export async function findSameText(
  { read }: Database,
  insight: KnowledgeUnit['insight'],
  statuses: readonly ReviewStatus[],
  limit: number,
): Promise<KnowledgeUnit[]> {
  return (await byHash.all(read, { textHash: textHash(insight), statuses, limit })).map(toUnit);
}

export function hashTexts(db: Database, limit: number): Promise<number> {
  return db.transaction(async ({ write }) => {
    const units = await unhashed.all(write, { limit });
    // two processes that do the same take the rows in one order
    for (const unit of units) await updateHash.run(write, { id: unit.id, textHash: textHash(unit) });
    return units.length;
  });
}
