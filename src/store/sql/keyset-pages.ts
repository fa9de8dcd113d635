import { type EntityName, raw } from '@mikro-orm/core';
import type { QueryBuilder, SqlEntityManager } from '@mikro-orm/sql';
import type { Page, PageRequest, Position } from '../store.ts';
import type { Queries } from './queries.ts';
import { memoizeByShape, type RecordOf, type Statement, statement } from './statement.ts';

/** Keyset pagination: pages of a list by the position of the last row, instead of an offset. */

type Direction = 'asc' | 'desc';
type Request = PageRequest<Position<Date | number | string, string | number>>;

/** By a property, or by an SQL expression that is never null, ties by `id` or another unique property, both in one direction. */
export interface Order<Entity> {
  readonly by: Extract<keyof Entity, string> | { readonly sql: string };
  readonly id?: Extract<keyof Entity, string>;
  readonly direction: Direction;
}

/** What a page's SQL depends on. */
export interface PageShape {
  readonly backward: boolean;
  readonly from: boolean;
  readonly skip: boolean;
}

export interface PageValues {
  readonly key: unknown;
  readonly id: unknown;
  readonly limit: number;
  readonly skip: number;
}

/** The statements of one list, one for each shape of page. */
export type Pages<Given, Result> = (shape: PageShape) => Statement<Given & PageValues, Result>;

/** Defines the pages of an entity's rows in an order; `narrow` adds the list's conditions. */
export function keysetPages<Entity extends object, Given extends object>(
  entity: EntityName<Entity>,
  order: Order<Entity>,
  narrow: (query: QueryBuilder<Entity, 'own'>, given: Given, em: SqlEntityManager) => unknown = () => {},
): Pages<Given, RecordOf<Entity>> {
  return memoizeByShape(
    ({ backward, from, skip }) => `${backward} ${from} ${skip}`,
    (shape) =>
      statement(entity, (query, given: Given & PageValues, em) => {
        const page = query.select('*') as unknown as QueryBuilder<Entity, 'own'>;
        narrow(page, given, em);
        return cutPage(page, order, shape, given, em.getMetadata().get(entity).properties as never);
      }),
  );
}

function cutPage<Entity extends object>(
  query: QueryBuilder<Entity, 'own'>,
  { by, id = 'id' as never, direction: forward }: Order<Entity>,
  { backward, from, skip }: PageShape,
  given: PageValues,
  properties: Readonly<Record<string, { readonly fieldNames: readonly string[] }>>,
) {
  const direction = backward ? opposite(forward) : forward;
  // a row comparison, which an index answers as one range; the QueryBuilder cannot express it
  const column = (name: string) => `own.${properties[name]?.fieldNames[0]}`;
  const [key, tieBreaker] = [typeof by === 'string' ? column(by) : by.sql, column(id)];
  if (from) query.andWhere(`(${key}, ${tieBreaker}) ${direction === 'asc' ? '>' : '<'} (?, ?)`, [given.key, given.id]);
  const byKey = { [typeof by === 'string' ? by : raw(by.sql)]: direction };
  query.orderBy([byKey, { [id]: direction }] as never).limit(given.limit);
  return skip ? query.offset(given.skip) : query;
}

const opposite = (direction: Direction): Direction => (direction === 'asc' ? 'desc' : 'asc');

/** Reads a page, and one row more to learn whether others follow; a backward page is read from its end and reversed. */
export async function readPage<Given, Result>(
  queries: Queries,
  pages: (shape: PageShape) => Pick<Statement<Given & PageValues, Result>, 'all'>,
  given: Given,
  { from, backward = false, skip = 0, limit }: Request,
): Promise<Page<Result>> {
  const shape = { backward, from: from !== undefined, skip: skip > 0 };
  const values = { ...given, key: from?.key, id: from?.id, limit: limit + 1, skip };
  const rows = await pages(shape).all(queries, values);
  const items = rows.slice(0, limit);
  return { items: backward ? items.reverse() : items, hasMore: rows.length > limit };
}

/** The same page with each item mapped. */
export const mapPage = <Row, T>({ items, hasMore }: Page<Row>, map: (row: Row) => T): Page<T> => ({
  items: items.map(map),
  hasMore,
});
