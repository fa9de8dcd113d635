import { type RawBuilder, sql } from 'kysely';
import type { SearchQuestion } from '../../store.ts';
import type { Database } from '../database.ts';

/** A ranked unit, with what its score is made of. */
export interface Scored {
  readonly unit_id: string;
  readonly score: number;
  readonly keyword: number | null;
  /** Absent in a search without a vector. */
  readonly semantic?: number;
  readonly domain: number;
  readonly language: number;
  readonly framework: number;
  readonly pattern: number;
  /** How many candidates there are, text hits only where there is a text; absent in a search by domains alone. */
  readonly candidates?: number;
}

/** Where a page of a ranking begins, and how many rows it has. */
export type Page = Pick<SearchQuestion, 'limit' | 'after'>;

/** The rows of the page, best first, ties to the higher id, and one row more if there is one. */
export async function page(db: Database, ranked: RawBuilder<Scored>, { limit, after }: Page): Promise<Scored[]> {
  const beyond = after
    ? sql`where score < ${after.score} or (score = ${after.score} and unit_id < ${after.id})`
    : sql``;
  const { rows } = await sql<Scored>`
    select * from (${ranked}) ranked ${beyond} order by score desc, unit_id desc limit ${sql.lit(limit + 1)}`.execute(
    db.search,
  );
  return rows;
}
