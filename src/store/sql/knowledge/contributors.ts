import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { Contributor } from '../../store.ts';
import type { Queries } from '../queries.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';

/** Only so many units are looked at, those that were approved last. */
const maxUnits = 10_000;

const approvedSince = statement(KnowledgeUnitEntity, (units, { since }: { since: Date }) =>
  units
    .select(raw('own.created_by as username'))
    .where({ reviewedAt: { $gte: since } })
    // no plain `=`, for which SQLite would sort all units of a status
    .andWhere("coalesce(own.status, '') = 'approved'")
    .orderBy({ reviewedAt: 'desc' })
    .limit(maxUnits),
);

/** See `Figures`. */
export async function topContributors(queries: Queries, since: Date, limit: number): Promise<Contributor[]> {
  // raw SQL: the QueryBuilder cannot group what a limit has left
  const { rows } = await sql<{ username: string; approved: number }>`
    select username, count(*) as approved from (${approvedSince.asSql(queries, { since })}) latest
     group by username order by count(*) desc, username limit ${limit}`.execute(queries);
  return rows.map(({ username, approved }) => ({ username, approved: Number(approved) }));
}
