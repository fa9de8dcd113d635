import { sql } from 'kysely';
import type { ProposalRecord, ReviewStatus } from '../../store.ts';
import type { Queries } from '../queries.ts';
import { KnowledgeUnitEntity } from '../schema/entities.ts';
import { statement } from '../statement.ts';
import { type FilterValues, nameKey, proposedBy } from './unit-filter.ts';

/** How the proposals of people fared. */

/** Only so many units of one proposer are looked at, those that were proposed last. */
const maxUnits = 1000;

type Proposer = Pick<FilterValues, 'createdBy' | 'createdByKey'>;

const latest = statement(KnowledgeUnitEntity, (units, given: Proposer) => {
  const own = units.select(['status', 'withdrawnAs']);
  proposedBy(own as never, given);
  return own.orderBy({ createdAt: 'desc', id: 'desc' }).limit(maxUnits);
});

const none: ProposalRecord = { pending: 0, approved: 0, rejected: 0, withdrawn: 0 };

const counted: Record<ReviewStatus, keyof ProposalRecord> = {
  pending: 'pending',
  approved: 'approved',
  rejected: 'rejected',
  retired: 'withdrawn',
  superseded: 'withdrawn',
};

/** See `ReviewStore`: one statement for all of them. */
export async function proposalRecords(queries: Queries, proposers: readonly string[]): Promise<ProposalRecord[]> {
  if (proposers.length === 0) return [];
  // padded to a power of two, so that there are few texts; nobody has an empty name
  const padded = [...proposers, ...Array.from({ length: padding(proposers.length) }, () => '')];
  const parts = padded.map((createdBy, place) => {
    const units = latest.asSql(queries, { createdBy, createdByKey: nameKey(createdBy) });
    return sql`select ${sql.lit(place)} as place, coalesce(withdrawn_as, status) as standing, count(*) as count
                 from (${units}) latest group by coalesce(withdrawn_as, status)`;
  });
  // raw SQL: the QueryBuilder cannot join statements with limits of their own
  const { rows } = await sql<{ place: number; standing: ReviewStatus; count: number }>`
    ${sql.join(parts, sql` union all `)}`.execute(queries);
  const records = proposers.map(() => ({ ...none }) as { -readonly [Name in keyof ProposalRecord]: number });
  for (const { place, standing, count } of rows) {
    const record = records[place];
    if (record) record[counted[standing]] += Number(count);
  }
  return records;
}

const padding = (count: number) => 2 ** Math.ceil(Math.log2(count)) - count;
