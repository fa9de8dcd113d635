import type { KnowledgeUnit, NewUnit } from '../../store.ts';
import type { Queries } from '../queries.ts';
import { IdempotencyKeyEntity, KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { toUnit } from './rows.ts';

/** Idempotency keys: a proposal that is sent again is answered with the unit of the first one. */

export interface Idempotency {
  readonly key: string;
  readonly since: Date;
}

/** How often a key is tried: between the two statements its unit may be erased, and the key with it. */
const maxAttempts = 3;

interface UserKey {
  readonly username: string;
  readonly key: string;
}

const deleteExpired = statement(IdempotencyKeyEntity, (keys, { username, since }: { username: string; since: Date }) =>
  keys.delete().where({ username, createdAt: { $lt: since } }),
);

const insertKey = statement(
  IdempotencyKeyEntity,
  (keys, { username, key, unitId, at }: UserKey & { unitId: string; at: Date }) =>
    keys.insert({ username, key, unitId, createdAt: at }).onConflict(['username', 'key']).ignore().returning('unitId'),
);

const unitByKey = statement(KnowledgeUnitEntity, (units, { username, key }: UserKey, em) =>
  units.select('*').where({
    id: { $in: em.createQueryBuilder(IdempotencyKeyEntity, 'claim').select('unitId').where({ username, key }) },
  }),
);

/** Reserves the key for this unit and answers null; answers the earlier unit, if the user has used the key since `since`. */
export async function reserveIdempotencyKey(
  tx: Queries,
  { createdBy: username, id }: NewUnit,
  { key, since }: Idempotency,
  at: Date,
): Promise<KnowledgeUnit | null> {
  // this user's keys only: two transactions that delete the same rows in different orders would deadlock
  await deleteExpired.run(tx, { username, since });
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    // a concurrent transaction with the same key waits here for the first one, then finds its key
    if (await insertKey.first(tx, { username, key, unitId: id, at })) return null;
    const earlier = await unitByKey.first(tx, { username, key });
    if (earlier) return toUnit(earlier);
  }
  throw new Error(`The idempotency key ${key} of ${username} exists, but its unit does not.`);
}
