import { setImmediate } from 'node:timers/promises';
import type { InferEntity } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { UnitUsage, UsageStore } from '../../store.ts';
import { alignToKeys } from '../align-to-keys.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { UnitUsageEntity } from '../schema/entities.ts';
import { type RecordOf, statement } from '../statement.ts';
import type { UnitUse } from './unit-uses.ts';

/** How often units are given as answers or asked for: in a table of its own, so that this writes nothing that searches read. */

/** The instant that stands for none: lists have units that were never given before all others. */
export const never = new Date(0);

/** The largest value of the columns: a count stays there. */
const maxCount = 2 ** 31 - 1;

/** Rows in one statement: what one keeps SQLite, and with it the process, busy for. */
const batchSize = 200;

const byIds = statement(UnitUsageEntity, (usage, { ids }: { ids: readonly string[] }) =>
  usage.select('*').where({ unitId: { $in: ids } }),
);

/** Usage is read from `db`, which may be a replica. */
export function createUsage(db: Database, primary: Database): UsageStore {
  return {
    async findMany(unitIds) {
      if (unitIds.length === 0) return [];
      return alignToKeys(unitIds, (await byIds.all(db.read, { ids: unitIds })).map(toUsage), ({ unitId }) => unitId);
    },

    record: (unitIds, at) => primary.unitUses.record(unitIds, at),

    recordRequest: (unitId, at) => primary.unitRequests.record([unitId], at),

    async save() {
      await primary.unitUses.flush((uses) => primary.transaction((tx) => addUses(tx, 'answers', uses)));
      await primary.unitRequests.flush((uses) => primary.transaction((tx) => addUses(tx, 'requests', uses)));
    },
  };
}

function toUsage({ lastAnsweredAt, ...usage }: RecordOf<InferEntity<typeof UnitUsageEntity>>): UnitUsage {
  return { ...usage, lastAnsweredAt: lastAnsweredAt > never ? lastAnsweredAt : null };
}

/** The columns that count uses of each kind, and say when the last was. */
const columns = {
  answers: { count: 'answers', last: 'last_answered_at' },
  requests: { count: 'requests', last: 'last_requested_at' },
} as const;

/** Adds to the rows in the order of their ids, in which every process locks them: so none waits for another crosswise. */
async function addUses(
  { write, dialect: { instantType } }: Database,
  kind: keyof typeof columns,
  uses: readonly UnitUse[],
): Promise<void> {
  const { count, last } = columns[kind];
  const [keptCount, keptLast] = [sql.ref(`kept.${count}`), sql.ref(`kept.${last}`)];
  const [addedCount, addedLast] = [sql.ref(`excluded.${count}`), sql.ref(`excluded.${last}`)];
  // a column that may not be null, which no row is without
  const other = kind === 'answers' ? sql`` : sql`, last_answered_at`;
  const inOrder = uses.toSorted((one, two) => (one.unitId < two.unitId ? -1 : 1));
  for (let from = 0; from < inOrder.length; from += batchSize) {
    // requests go on between two statements, which on SQLite take this thread
    if (from > 0) await setImmediate();
    const rows = inOrder.slice(from, from + batchSize);
    // with a number to sort by, since the databases may sort texts otherwise
    const values = rows.map(
      ({ unitId, count: times, at }, place) => sql`(${unitId}, ${times}, ${toColumn(at)}, ${sql.lit(place)})`,
    );
    const lastUsed = sql`cast(used.column3 as ${instantType})`;
    // of units that have gone there is no row to add to, and none is made
    await sql`
      insert into unit_usage as kept (unit_id, ${sql.ref(count)}, ${sql.ref(last)} ${other})
      select used.column1, cast(used.column2 as integer), ${lastUsed} ${kind === 'answers' ? sql`` : sql`, ${lastUsed}`}
        from (values ${sql.join(values)}) used
       where exists (select 1 from knowledge_units unit where unit.id = used.column1)
       order by used.column4
      on conflict (unit_id) do update set
        ${sql.ref(count)} = case when ${keptCount} > ${sql.lit(maxCount)} - ${addedCount} then ${sql.lit(maxCount)}
                                 else ${keptCount} + ${addedCount} end,
        ${sql.ref(last)} = case when ${keptLast} >= ${addedLast} then ${keptLast} else ${addedLast} end`.execute(write);
  }
}
