import { sql } from 'kysely';
import type { UnitFilter, UnitOrder } from '../../store.ts';
import { keysetPages, type PageShape, type PageValues } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import type { Row } from '../row-mapping.ts';
import { KnowledgeUnitEntity, UnitUsageEntity } from '../schema/entities.ts';
import { columnsOf, memoizeByShape, recordsOf } from '../statement.ts';
import type { UnitRow } from './rows.ts';
import { type FilterValues, lastConfirmed, shapeOf, whereUnit } from './unit-filter.ts';

/** The pages of lists of units, in each order. */

interface ListShape {
  readonly filter: UnitFilter;
  readonly order: UnitOrder;
}

/** A row, and what it stands by in the order of its usage. */
type ListedRow = UnitRow & { readonly listed_by?: string | number };

type UsageOrder = Extract<UnitOrder['field'], 'answers' | 'lastAnsweredAt' | 'lastRequestedAt'>;
type ColumnOrder = Exclude<UnitOrder['field'], UsageOrder>;

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
    isByUsage(field)
      ? pagesByUsage(filter, field, direction)
      : keysetPages(KnowledgeUnitEntity, { by: by[field], direction }, (units, given: FilterValues, em) =>
          whereUnit(units, filter, given, em),
        ),
);

export const isByUsage = (field: UnitOrder['field']): field is UsageOrder => field in usageColumn;

/** What a unit stands by in an order. */
export function keyOf(row: ListedRow, { field }: UnitOrder): Date | number {
  switch (field) {
    case 'answers':
      return Number(row.listed_by);
    case 'lastAnsweredAt':
    case 'lastRequestedAt':
      return new Date(row.listed_by as string);
    case 'lastConfirmedAt':
      return row.lastConfirmed ?? row.createdAt;
    default:
      return row[by[field]];
  }
}

const usageColumn = {
  answers: 'answers',
  lastAnsweredAt: 'last_answered_at',
  lastRequestedAt: 'last_requested_at',
} as const;

/** Goes through an index of usage, and looks at the unit of each row, until the page is full. */
function pagesByUsage(given: UnitFilter, field: UsageOrder, direction: UnitOrder['direction']) {
  const order = { by: field, id: 'unitId', direction } as const;
  const isByRequest = field === 'lastRequestedAt';
  const { lastRequestedAt, ...rest } = given;
  const filter = isByRequest ? rest : given;
  const pages = keysetPages(UnitUsageEntity, order, (usage, given: FilterValues, em) => {
    if (isByRequest && lastRequestedAt) usage.andWhere({ lastRequestedAt: { $gte: given.requestedFrom } });
    if (isByRequest) usage.andWhere({ lastRequestedAt: { $ne: null } });
    // `own` is the unit in here, as filters name it, and only the usage has a `unit_id`
    const unit = em.createQueryBuilder(KnowledgeUnitEntity, 'own').select('id').where('own.id = unit_id');
    usage.andWhere('exists (?)', [whereUnit(unit as never, filter, given, em)]);
  });
  return (shape: PageShape) => ({
    async all(queries: Queries, given: FilterValues & PageValues): Promise<ListedRow[]> {
      const listedBy = sql.ref(`listed.${usageColumn[field]}`);
      const towards = (direction === 'asc') === shape.backward ? sql`desc` : sql`asc`;
      // raw SQL: the QueryBuilder has no common table expressions. One statement, so that the units are those that passed
      const { rows } = await sql<Row>`
        with listed as (${pages(shape).asSql(queries, given)})
        select ${columnsOf(KnowledgeUnitEntity, queries, 'unit')}, ${listedBy} as listed_by from listed join knowledge_units unit on unit.id = listed.unit_id
         order by ${listedBy} ${towards}, listed.unit_id ${towards}`.execute(queries);
      return recordsOf(KnowledgeUnitEntity, queries, rows) as ListedRow[];
    },
  });
}
