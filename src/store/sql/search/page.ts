import { type RawBuilder, sql } from 'kysely';
import type { SearchQuestion } from '../../store.ts';
import type { Queries } from '../queries.ts';

/** A ranked unit, with what its score is made of. */
export interface Scored {
  readonly unit_id: string;
  readonly score: number;
  /** What hits are ordered by; absent in a search by domains alone, where that is the score. */
  readonly rank?: number;
  readonly keyword: number | null;
  /** Absent in a search without a vector. */
  readonly semantic?: number;
  /** The IDF weight that the unit holds, in thousandths; absent in a search without words. */
  readonly held?: number;
  /** The similarity of a nearest neighbour times `similarityScale`, null for other units; absent in a search without a vector. */
  readonly near?: number | null;
  readonly domain: number;
  readonly language: number;
  readonly framework: number;
  readonly pattern: number;
  /** How many candidates there are, text hits only where there is a text; absent in a search by domains alone. */
  readonly candidates?: number;
}

/** Where a page of a ranking begins, how many rows it has, and the least score of those; without a text, scores have no least. */
export type Page = Pick<SearchQuestion, 'limit' | 'after' | 'minScore'>;

/**
 * The rows of the page, best first by `by`, ties to the higher id, and one row more if there is one. Where `by` is the score itself,
 * there is no text and so no least score.
 */
export async function page(
  queries: Queries,
  ranked: RawBuilder<Scored>,
  asked: Page,
  by: 'rank' | 'score' = 'rank',
): Promise<Scored[]> {
  const { rows } = await pageOf(ranked, asked, by).execute(queries);
  return rows;
}

/** The statement of such a page. */
export function pageOf(
  ranked: RawBuilder<Scored>,
  { limit, after, minScore }: Page,
  by: 'rank' | 'score' = 'rank',
): RawBuilder<Scored> {
  const key = sql.ref(by);
  const conditions = [
    ...(after ? [sql`(${key} < ${after.rank} or (${key} = ${after.rank} and unit_id < ${after.id}))`] : []),
    ...(minScore !== undefined && by === 'rank' ? [sql`score >= ${minScore}`] : []),
  ];
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
  return sql<Scored>`
    select * from (${ranked}) ranked ${where} order by ${key} desc, unit_id desc limit ${sql.lit(limit + 1)}`;
}
