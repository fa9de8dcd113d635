import type { KnowledgeUnit, NewUnit } from '../../store.ts';
import type { Queries } from '../queries.ts';
import { IdempotencyKeyEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { toUnit } from './rows.ts';

/** Keys by which a proposal that is sent again is known. */

export interface Idempotency {
  readonly key: string;
  readonly since: Date;
}

interface Owned {
  readonly username: string;
  readonly key: string;
}

const deleteEarlier = statement(IdempotencyKeyEntity, (keys, { username, since }: { username: string; since: Date }) =>
  keys.delete().where({ username, createdAt: { $lt: since } }),
);

const claimKey = statement(
  IdempotencyKeyEntity,
  (keys, { username, key, unitId, at }: Owned & { unitId: string; at: Date }) =>
    keys.insert({ username, key, unitId, createdAt: at }).onConflict(['username', 'key']).ignore().returning('unitId'),
);

const unitByKey = statement(KnowledgeUnitEntity, (units, { username, key }: Owned, em) =>
  units.select('*').where({
    id: { $in: em.createQueryBuilder(IdempotencyKeyEntity, 'claim').select('unitId').where({ username, key }) },
  }),
);

/** The unit that this key made before, if it did so recently enough; else the key is this unit's from now on. */
export async function reserveIdempotencyKey(
  tx: Queries,
  { createdBy: username, id }: NewUnit,
  { key, since }: Idempotency,
  at: Date,
): Promise<KnowledgeUnit | null> {
  // of this caller only: two that clear the same rows in different orders would wait for each other
  await deleteEarlier.run(tx, { username, since });
  // whoever comes second waits here for the first one's transaction, then finds its key
  if (await claimKey.first(tx, { username, key, unitId: id, at })) return null;
  const earlier = await unitByKey.first(tx, { username, key });
  if (!earlier) throw new Error(`The idempotency key ${key} of ${username} is there, and its unit is not.`);
  return toUnit(earlier);
}
