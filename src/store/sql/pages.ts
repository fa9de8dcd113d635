import type { EntityName } from '@mikro-orm/core';
import type { QueryBuilder, SqlEntityManager } from '@mikro-orm/sql';
import type { Page, PageRequest, Position } from '../store.ts';
import type { Queries } from './queries.ts';
import { type RecordOf, type Statement, shaped, statement } from './statement.ts';

/** Keyset pages of lists. */

type Direction = 'asc' | 'desc';
type Request = PageRequest<Position<Date | number | string, string | number>>;

/** By a property and then by `id`, or another one that is unique, both in one direction. */
export interface Order<Entity> {
  readonly by: Extract<keyof Entity, string>;
  readonly id?: Extract<keyof Entity, string>;
  readonly direction: Direction;
}

/** What of a page decides over its statement. */
interface PageShape {
  readonly backward: boolean;
  readonly from: boolean;
  readonly skip: boolean;
}

interface PageValues {
  readonly key: unknown;
  readonly id: unknown;
  readonly limit: number;
  readonly skip: number;
}

/** The statements of one list, by the shapes of its pages. */
export type Pages<Given, Result> = (shape: PageShape) => Statement<Given & PageValues, Result>;

/** A list of an entity's rows in an order; `narrow` says which. */
export function pagesOf<Entity extends object, Given extends object>(
  entity: EntityName<Entity>,
  order: Order<Entity>,
  narrow: (query: QueryBuilder<Entity, 'own'>, given: Given, em: SqlEntityManager) => unknown = () => {},
): Pages<Given, RecordOf<Entity>> {
  return shaped(
    ({ backward, from, skip }) => `${backward} ${from} ${skip}`,
    (shape) =>
      statement(entity, (query, given: Given & PageValues, em) => {
        const page = query.select('*') as unknown as QueryBuilder<Entity, 'own'>;
        narrow(page, given, em);
        return cut(page, order, shape, given, em.getMetadata().get(entity).properties as never);
      }),
  );
}

function cut<Entity extends object>(
  query: QueryBuilder<Entity, 'own'>,
  { by, id = 'id' as never, direction: forward }: Order<Entity>,
  { backward, from, skip }: PageShape,
  given: PageValues,
  properties: Readonly<Record<string, { readonly fieldNames: readonly string[] }>>,
) {
  const direction = backward ? opposite(forward) : forward;
  // a comparison of rows, which an index answers in one range, and which the QueryBuilder has no words for
  const [key, tie] = [by, id].map((name) => `own.${properties[name]?.fieldNames[0]}`);
  if (from) query.andWhere(`(${key}, ${tie}) ${direction === 'asc' ? '>' : '<'} (?, ?)`, [given.key, given.id]);
  query.orderBy({ [by]: direction, [id]: direction } as never).limit(given.limit);
  return skip ? query.offset(given.skip) : query;
}

const opposite = (direction: Direction): Direction => (direction === 'asc' ? 'desc' : 'asc');

/**
 * Reads one row more than asked to learn whether more follow; a backward page is read from its end and turned round.
 */
export async function readPage<Given, Result>(
  queries: Queries,
  pages: Pages<Given, Result>,
  given: Given,
  { from, backward = false, skip = 0, limit }: Request,
): Promise<Page<Result>> {
  const shape = { backward, from: from !== undefined, skip: skip > 0 };
  const values = { ...given, key: from?.key, id: from?.id, limit: limit + 1, skip };
  const rows = await pages(shape).all(queries, values);
  const items = rows.slice(0, limit);
  return { items: backward ? items.reverse() : items, hasMore: rows.length > limit };
}

export const mapPage = <Row, T>({ items, hasMore }: Page<Row>, map: (row: Row) => T): Page<T> => ({
  items: items.map(map),
  hasMore,
});
