import { type ReferenceExpression, type SelectQueryBuilder, sql } from 'kysely';
import type { Page, PageRequest, Position, UnitFilter } from '../store.ts';
import type { Tables } from './database.ts';
import { indexable, toColumn } from './rows.ts';

/** Query pieces that several nouns share. */

type Direction = 'asc' | 'desc';

/** Records in the order of `keys`, with null for the ones without a record. */
export function inOrder<Key, T>(keys: readonly Key[], records: readonly T[], keyOf: (record: T) => Key): (T | null)[] {
  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/**
 * One keyset page of `query`, ordered by `column` and then `id`, both in `direction`. Reads one row more than asked to
 * learn whether more follow; a backward page is read from its end and turned round.
 */
export async function readPage<Table extends keyof Tables, Row, T>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  order: { column: ReferenceExpression<Tables, Table>; id: ReferenceExpression<Tables, Table>; direction: Direction },
  page: PageRequest<Position<Date | number | string, string | number>>,
  map: (row: Row) => T,
): Promise<Page<T>> {
  const { column, id } = order;
  const direction = page.backward ? opposite(order.direction) : order.direction;
  if (page.from) {
    const key = page.from.key instanceof Date ? toColumn(page.from.key) : page.from.key;
    const beyond = sql.raw(direction === 'asc' ? '>' : '<');
    query = query.where(
      sql<boolean>`(${sql.ref(column as string)}, ${sql.ref(id as string)}) ${beyond} (${key}, ${page.from.id})`,
    );
  }
  const ordered = query
    .orderBy(column, direction)
    .orderBy(id, direction)
    // written out: SQLite plans a statement with a bound limit anew each time it runs
    .limit(sql.lit(page.limit + 1));
  const rows = await (page.skip ? ordered.offset(page.skip) : ordered).execute();
  const items = rows.slice(0, page.limit).map(map);
  return { items: page.backward ? items.reverse() : items, hasMore: rows.length > page.limit };
}

const opposite = (direction: Direction): Direction => (direction === 'asc' ? 'desc' : 'asc');

/** Whether a column has one of the values: of none, never, for which PostgreSQL has no empty list. */
export const isIn = (column: string, values: readonly string[]) =>
  values.length > 0 ? sql<boolean>`${sql.ref(column)} in (${sql.join(values)})` : sql<boolean>`1 = 0`;

type UnitQuery<Row> = SelectQueryBuilder<Tables, 'knowledge_units', Row>;

/** Narrows `query` to what the filter asks for; an absent field asks for nothing, an empty list for nothing at all. */
export function whereUnit<Row>(query: UnitQuery<Row>, filter: UnitFilter): UnitQuery<Row> {
  query = whereStated(query, filter);
  if (filter.domains) query = whereDomains(query, filter.domains, filter.domainMatch ?? 'any');
  if (filter.languages) query = whereContext(query, 'language', filter.languages);
  if (filter.frameworks) query = whereContext(query, 'framework', filter.frameworks);
  if (filter.pattern !== undefined) query = whereContext(query, 'pattern', [filter.pattern.toLowerCase()]);
  return query;
}

/** The part of a filter that reads the unit's own columns and its flags. */
export function whereStated<Row>(query: UnitQuery<Row>, filter: UnitFilter): UnitQuery<Row> {
  const { statuses, tiers, confidence, createdAt, hasFlags } = filter;
  if (statuses) query = query.where(isIn('knowledge_units.status', statuses));
  if (tiers) query = query.where(isIn('knowledge_units.tier', tiers));
  if (confidence?.min !== undefined) query = query.where('knowledge_units.confidence', '>=', confidence.min);
  if (confidence?.max !== undefined) query = query.where('knowledge_units.confidence', '<=', confidence.max);
  if (createdAt?.from) query = query.where('knowledge_units.created_at', '>=', toColumn(createdAt.from));
  if (createdAt?.to) query = query.where('knowledge_units.created_at', '<', toColumn(createdAt.to));
  if (hasFlags !== undefined)
    query = query.where(({ exists, not, selectFrom }) => {
      const flagged = exists(
        selectFrom('knowledge_unit_flags as flag')
          .select('flag.id')
          .whereRef('flag.unit_id', '=', 'knowledge_units.id'),
      );
      return hasFlags ? flagged : not(flagged);
    });
  return query;
}

/** Units with one of the domains, or with all of them. */
function whereDomains<Row>(query: UnitQuery<Row>, domains: readonly string[], match: 'any' | 'all'): UnitQuery<Row> {
  const wanted = match === 'all' ? domains.map((domain) => [domain]) : [domains];
  return wanted.reduce(
    (narrowed, some) =>
      narrowed.where('knowledge_units.id', 'in', ({ selectFrom }) =>
        selectFrom('knowledge_unit_domains as tag')
          .select('tag.unit_id')
          .where(isIn('tag.domain', some.map(indexable))),
      ),
    query,
  );
}

function whereContext<Row>(query: UnitQuery<Row>, kind: string, values: readonly string[]): UnitQuery<Row> {
  return query.where('knowledge_units.id', 'in', ({ selectFrom }) =>
    selectFrom('knowledge_unit_context as context')
      .select('context.unit_id')
      .where('context.kind', '=', kind)
      .where(isIn('context.value', values.map(indexable))),
  );
}
