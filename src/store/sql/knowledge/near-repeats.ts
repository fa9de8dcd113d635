import { randomBytes } from 'node:crypto';
import { type InferEntity, raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { DismissedRepeat, KnowledgeUnit, NearRepeatStore } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { keysetPages, mapPage, readPage } from '../keyset-pages.ts';
import { KnowledgeUnitEntity, NearRepeatEntity } from '../schema/entities.ts';
import { type RecordOf, statement } from '../statement.ts';
import { toUnit } from './rows.ts';

/** SQL: both units of the pair `own` are approved, in the versions that were compared. */
const isCurrent = `
  exists (select 1 from knowledge_units one where one.id = own.unit_id and one.status = 'approved' and one.version = own.unit_version)
  and exists (select 1 from knowledge_units two where two.id = own.other_id and two.status = 'approved' and two.version = own.other_version)`;

/** As the index `idx_units_repeats` has it: SQLite takes a part of an index only for what is written out. */
const isUnexamined = "own.status = 'approved' and (own.repeats_version is null or own.repeats_version <> own.version)";

const unexamined = statement(KnowledgeUnitEntity, (units, { from, limit }: { from: string; limit: number }) =>
  units
    .select('*')
    .where({ id: { $gte: from } })
    .andWhere(isUnexamined)
    .orderBy({ id: 'asc' })
    .limit(limit),
);

const pages = keysetPages(NearRepeatEntity, { by: 'similarity', direction: 'desc' }, (pairs) => {
  pairs.andWhere(`own.dismissed_at is null and ${isCurrent}`);
});

const countCurrent = statement(NearRepeatEntity, (pairs) =>
  pairs.select(raw('count(*) as count')).andWhere(`own.dismissed_at is null and ${isCurrent}`),
).withRowsOf<{ count: number }>();

const dismiss = statement(NearRepeatEntity, (pairs, { id, by, at }: { id: string; by: number; at: Date }) =>
  pairs.update({ dismissedBy: by, dismissedAt: at }).where({ id, dismissedAt: null }),
);

const selectCurrent = statement(NearRepeatEntity, (pairs, { id }: { id: string }) =>
  pairs.select('id').where({ id, dismissedAt: null }).andWhere(isCurrent),
);

const markExamined = statement(KnowledgeUnitEntity, (units, { id, version }: { id: string; version: number }) =>
  units.update({ repeatsVersion: version }).where({ id, version, status: 'approved' }),
);

const selectDismissed = statement(NearRepeatEntity, (pairs, { unitIds }: { unitIds: readonly string[] }) =>
  pairs
    .select('*')
    .where({ dismissedAt: { $ne: null } })
    .andWhere({ $or: [{ unitId: { $in: unitIds } }, { otherId: { $in: unitIds } }] }),
);

type Pair = RecordOf<InferEntity<typeof NearRepeatEntity>>;

const turned = (pair: Pair): Pair => ({
  ...pair,
  ...{ unitId: pair.otherId, unitVersion: pair.otherVersion, otherId: pair.unitId, otherVersion: pair.unitVersion },
});

/** A dismissed pair as it is for its first unit. */
const seenFrom = ({ unitVersion: version, otherId, otherVersion, basis, similarity, dismissedAt }: Pair) =>
  ({ version, otherId, otherVersion, basis, similarity, dismissedAt: dismissedAt as Date }) satisfies DismissedRepeat;

/** Adds what was dismissed elsewhere, of units that are here; by nobody that is known here. */
export async function insertDismissed({ write }: Database, unitId: string, dismissed: readonly DismissedRepeat[]) {
  for (const { version, otherId, otherVersion, basis, similarity, dismissedAt } of dismissed) {
    const [one, two] = inOrder({ id: unitId, version }, { id: otherId, version: otherVersion });
    const at = toColumn(dismissedAt);
    await sql`
      insert into near_repeats
        (id, unit_id, unit_version, other_id, other_version, basis, similarity, found_at, dismissed_at)
      select ${pairId(one, two)}, ${one.id}, ${sql.lit(one.version)}, ${two.id}, ${sql.lit(two.version)}, ${basis}, ${similarity}, ${at}, ${at}
        from knowledge_units unit where unit.id = ${otherId} and unit.id <> ${unitId}
      on conflict (id) do nothing`.execute(write);
  }
}

/** Has approved units compared again, such as those whose vectors have come after they were compared. */
export const compareAgain = statement(KnowledgeUnitEntity, (units, { ids }: { ids: readonly string[] }) =>
  units.update({ repeatsVersion: null }).where({ id: { $in: ids }, status: 'approved', repeatsVersion: { $ne: null } }),
);

type Compared = Pick<KnowledgeUnit, 'id' | 'version'>;

const byId = (one: Compared, other: Compared) => (one.id < other.id ? -1 : 1);

/** The same for both of a pair, whichever is looked at: the lower id first. */
const inOrder = (one: Compared, other: Compared) =>
  one.id < other.id ? ([one, other] as const) : ([other, one] as const);

const pairId = (one: Compared, other: Compared) => `nr_${one.id.slice(3)}_${other.id.slice(3)}`;

/** Pairs are read from the primary, which has what a reviewer has just done. */
export function createNearRepeats(db: Database): NearRepeatStore {
  return {
    async unexamined(limit) {
      const from = `ku_${randomBytes(4).toString('hex')}`;
      const behind = await unexamined.all(db.read, { from, limit });
      const rows = behind.length > 0 ? behind : await unexamined.all(db.read, { from: '', limit });
      return rows.map(toUnit);
    },

    record: (unit, found, at) =>
      db.transaction(async (tx) => {
        // takes the lock on the unit's row, which whoever changes it needs too
        if ((await markExamined.run(tx.write, unit)) === 0) return false;
        await sql`
          delete from near_repeats where (unit_id = ${unit.id} and unit_version <> ${unit.version})
                                      or (other_id = ${unit.id} and other_version <> ${unit.version})`.execute(
          tx.write,
        );
        // in one order, so that processes that record the same pairs wait for each other in one direction
        for (const other of found.toSorted(byId)) {
          const [one, two] = inOrder(unit, other);
          const { basis, similarity } = other;
          // of a unit that has been erased meanwhile nothing is written
          await sql`
            insert into near_repeats (id, unit_id, unit_version, other_id, other_version, basis, similarity, found_at)
            select ${pairId(one, two)}, ${one.id}, ${sql.lit(one.version)}, ${two.id}, ${sql.lit(two.version)}, ${basis}, ${similarity}, ${toColumn(at)}
              from knowledge_units unit where unit.id = ${other.id}
            on conflict (id) do update set
              unit_version = excluded.unit_version, other_version = excluded.other_version, basis = excluded.basis,
              similarity = excluded.similarity, found_at = excluded.found_at, dismissed_by = null, dismissed_at = null
             where near_repeats.unit_version <> excluded.unit_version
                or near_repeats.other_version <> excluded.other_version`.execute(tx.write);
        }
        return true;
      }),

    async list(page) {
      const pairs = await readPage(db.search, pages, {}, page);
      return mapPage(pairs, ({ dismissedBy: _, dismissedAt: _1, ...pair }) => pair);
    },

    count: async () => (await countCurrent.first(db.search, {}))?.count ?? 0,

    dismiss: (id, by, at) =>
      db.transaction(async ({ write }) => {
        if (!(await selectCurrent.first(write, { id }))) return false;
        return (await dismiss.run(write, { id, by, at })) > 0;
      }),

    async dismissedOf(unitIds) {
      if (unitIds.length === 0) return [];
      const rows = await selectDismissed.all(db.search, { unitIds });
      return unitIds.map((id) =>
        rows
          .flatMap((row) => (row.unitId === id ? [seenFrom(row)] : row.otherId === id ? [seenFrom(turned(row))] : []))
          .sort((one, other) => (one.otherId < other.otherId ? -1 : 1)),
      );
    },

    prune: (after, limit) =>
      db.transaction(async ({ write }) => {
        const { rows } = await sql<{ id: string }>`
          select id from near_repeats where id > ${after} order by id limit ${limit}`.execute(write);
        const last = rows.at(-1)?.id;
        if (last === undefined) return null;
        // a dismissed pair of which a unit has been withdrawn stays: it may be reinstated
        await sql`
          delete from near_repeats where id in (
            select own.id from near_repeats own
              join knowledge_units one on one.id = own.unit_id join knowledge_units two on two.id = own.other_id
             where own.id > ${after} and own.id <= ${last}
               and (one.version <> own.unit_version or two.version <> own.other_version
                 or (own.dismissed_at is null and (one.status <> 'approved' or two.status <> 'approved'))))`.execute(
          write,
        );
        return rows.length < limit ? null : last;
      }),
  };
}
