import { sql } from 'kysely';
import type { UnitFilter, UnitOrder } from '../../store.ts';
import { keysetPages, type PageShape, type PageValues } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import type { Row } from '../row-mapping.ts';
import { KnowledgeUnitEntity, UnitUsageEntity } from '../schema/entities.ts';
import { memoizeByShape, recordsOf } from '../statement.ts';
import type { UnitRow } from './rows.ts';
import { type FilterValues, lastConfirmed, shapeOf, whereUnit } from './unit-filter.ts';

/** The pages of lists of units, in each order. */

interface ListShape {
  readonly filter: UnitFilter;
  readonly order: UnitOrder;
}

/** A row, and when it was last given as an answer where the list is in that order. */
type ListedRow = UnitRow & { readonly listed_by?: string };

type ColumnOrder = Exclude<UnitOrder['field'], 'lastAnsweredAt'>;

const by = {
  createdAt: 'createdAt',
  updatedAt: 'updatedAt',
  confidence: 'confidence',
  confirmations: 'confirmations',
  lastConfirmedAt: { sql: lastConfirmed },
  flags: 'flagCount',
  confirmers: 'confirmers',
} as const satisfies Record<ColumnOrder, unknown>;

export const unitPages = memoizeByShape(
  ({ filter, order }: ListShape) => `${shapeOf(filter)} ${order.field} ${order.direction}`,
  ({ filter, order: { field, direction } }) =>
    field === 'lastAnsweredAt'
      ? pagesByUsage(filter, direction)
      : keysetPages(KnowledgeUnitEntity, { by: by[field], direction }, (units, given: FilterValues, em) =>
          whereUnit(units, filter, given, em),
        ),
);

/** What a unit stands by in an order. */
export function keyOf(row: ListedRow, { field }: UnitOrder): Date | number {
  switch (field) {
    case 'lastAnsweredAt':
      return new Date(row.listed_by as string);
    case 'lastConfirmedAt':
      return row.lastConfirmed ?? row.createdAt;
    default:
      return row[by[field]];
  }
}

/** Goes through the index of usage, and looks at the unit of each row, until the page is full. */
function pagesByUsage(filter: UnitFilter, direction: UnitOrder['direction']) {
  const order = { by: 'lastAnsweredAt', id: 'unitId', direction } as const;
  const pages = keysetPages(UnitUsageEntity, order, (usage, given: FilterValues, em) => {
    // `own` is the unit in here, as filters name it, and only the usage has a `unit_id`
    const unit = em.createQueryBuilder(KnowledgeUnitEntity, 'own').select('id').where('own.id = unit_id');
    usage.andWhere('exists (?)', [whereUnit(unit as never, filter, given, em)]);
  });
  return (shape: PageShape) => ({
    async all(queries: Queries, given: FilterValues & PageValues): Promise<ListedRow[]> {
      const towards = (direction === 'asc') === shape.backward ? sql`desc` : sql`asc`;
      // raw SQL: the QueryBuilder has no common table expressions. One statement, so that the units are those that passed
      const { rows } = await sql<Row>`
        with listed as (${pages(shape).asSql(queries, given)})
        select unit.*, listed.last_answered_at as listed_by from listed join knowledge_units unit on unit.id = listed.unit_id
         order by listed.last_answered_at ${towards}, listed.unit_id ${towards}`.execute(queries);
      return recordsOf(KnowledgeUnitEntity, queries, rows) as ListedRow[];
    },
  });
}
