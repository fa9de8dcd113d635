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

/** How often units are given as answers: in a table of its own, so that answers write nothing that searches read. */

/** The instant that stands for none: lists have units that were never given before all others. */
export const never = new Date(0);

/** The largest value of the column: the count stays there. */
const maxAnswers = 2 ** 31 - 1;

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

    save: () => primary.unitUses.flush((uses) => primary.transaction((tx) => addUses(tx, uses))),
  };
}

function toUsage({ unitId, answers, lastAnsweredAt }: RecordOf<InferEntity<typeof UnitUsageEntity>>): UnitUsage {
  return { unitId, answers, lastAnsweredAt: lastAnsweredAt > never ? lastAnsweredAt : null };
}

/** Adds to the rows in the order of their ids, in which every process locks them: so none waits for another crosswise. */
async function addUses({ write, dialect: { instantType } }: Database, uses: readonly UnitUse[]): Promise<void> {
  const inOrder = uses.toSorted((one, other) => (one.unitId < other.unitId ? -1 : 1));
  for (let from = 0; from < inOrder.length; from += batchSize) {
    // requests go on between two statements, which on SQLite take this thread
    if (from > 0) await setImmediate();
    const rows = inOrder.slice(from, from + batchSize);
    // with a number to sort by, since the databases may sort texts otherwise
    const values = rows.map(
      ({ unitId, answers, at }, place) => sql`(${unitId}, ${answers}, ${toColumn(at)}, ${sql.lit(place)})`,
    );
    // of units that have gone there is no row to add to, and none is made
    await sql`
      insert into unit_usage as kept (unit_id, answers, last_answered_at)
      select used.column1, cast(used.column2 as integer), cast(used.column3 as ${instantType}) from (values ${sql.join(values)}) used
       where exists (select 1 from knowledge_units unit where unit.id = used.column1)
       order by used.column4
      on conflict (unit_id) do update set
        answers = case when kept.answers > ${sql.lit(maxAnswers)} - excluded.answers then ${sql.lit(maxAnswers)}
                       else kept.answers + excluded.answers end,
        last_answered_at = case when kept.last_answered_at < excluded.last_answered_at then excluded.last_answered_at
                                else kept.last_answered_at end`.execute(write);
  }
}
