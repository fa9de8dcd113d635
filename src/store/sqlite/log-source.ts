import { sql } from 'kysely';
import { nameEpoch, readEpoch } from '../sql/log/epochs.ts';
import { entityOf, type LogSource } from '../sql/log/log-source.ts';
import type { Queries } from '../sql/queries.ts';
import type { Row } from '../sql/row-mapping.ts';
import { columnsOf } from '../sql/statement.ts';

/**
 * Reads logs of SQLite, where one transaction writes at a time: numbers become visible in their order, and nothing is waited for.
 * Parts, of which much may have to be read, are read by `search`.
 */
export function createLogSource(read: Queries, search: Queries, write: Queries): LogSource {
  return {
    async read(log, after, limit, part) {
      const { epoch } = (await readEpoch(read, log)) ?? (await write.transaction((tx) => nameEpoch(tx, log)));
      const given = await sql<{ last: number }>`select seq as last from sqlite_sequence where name = ${log}`.execute(
        read,
      );
      const last = given.rows[0]?.last ?? 0;
      // what is committed between the two reads is behind the horizon
      const behind = sql`id > ${after?.id ?? 0} and id <= ${last}`;
      const { rows } = await sql<Row>`
        select ${columnsOf(entityOf[log], read)} from ${part ? part(behind) : sql`${sql.table(log)} where ${behind}`}
         order by id ${after ? sql`asc` : sql`desc`} limit ${sql.lit(limit)}`.execute(part ? search : read);
      return {
        epoch,
        rows: after ? rows : rows.toReversed(),
        horizon: { transaction: 0, id: last },
        next: { transaction: 0, id: last + 1 },
        open: new Set(),
        isPartial: false,
        isHeld: false,
      };
    },

    async find(log, id) {
      const { rows } = await sql<Row>`select id, xid, at from ${sql.table(log)} where id = ${id}`.execute(read);
      return rows[0] ?? null;
    },

    async countAfter(log, { id }, most) {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from (
          select 1 from ${sql.table(log)} where id > ${id} limit ${sql.lit(most)}) counted`.execute(read);
      return Number(rows[0]?.count);
    },
  };
}
