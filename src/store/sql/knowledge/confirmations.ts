import { raw } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { Confirmation, Page, PageRequest, Position } from '../../store.ts';
import type { Database } from '../database.ts';
import { keysetPages, mapPage, type PageShape, type PageValues, readPage } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import type { Row } from '../row-mapping.ts';
import { UnitConfirmerEntity } from '../schema/entities.ts';
import { memoizeByShape, recordsOf, statement } from '../statement.ts';

/** The people who have confirmed a unit, by pages, each with the version that they confirmed last. */

interface Asked {
  readonly unitId: string;
  /** Only this person; null for all. */
  readonly by: string | null;
}

const shapeOf = ({ by }: Pick<Asked, 'by'>) => String(by !== null);

const pagesOf = memoizeByShape(shapeOf, ({ by }: Pick<Asked, 'by'>) =>
  keysetPages(UnitConfirmerEntity, { by: 'username', id: 'username', direction: 'asc' }, (all, given: Asked) => {
    all.andWhere({ unitId: given.unitId });
    if (by !== null) all.andWhere({ username: given.by as string });
  }),
);

const countOf = memoizeByShape(shapeOf, ({ by }: Pick<Asked, 'by'>) =>
  statement(UnitConfirmerEntity, (all, given: Asked) => {
    const counted = all.select(raw('count(*) as count')).where({ unitId: given.unitId });
    return by === null ? counted : counted.andWhere({ username: given.by as string });
  }).withRowsOf<{ count: number }>(),
);

/** See `UnitStore`. */
export async function listConfirmations(
  db: Database,
  unitId: string,
  by: string | null,
  page: PageRequest<Position<string>>,
): Promise<Page<Confirmation>> {
  const given = { unitId, by };
  const confirmers = await readPage(db.search, (shape) => ({ all: withVersions(given, shape) }), given, page);
  return mapPage(confirmers, ({ username, lastAt, version }) => ({ username, lastAt, version }));
}

export async function countConfirmations({ search }: Database, unitId: string, by: string | null): Promise<number> {
  return (await countOf({ by }).first(search, { unitId, by }))?.count ?? 0;
}

type ListedRow = Confirmation & { readonly unitId: string };

const withVersions = (asked: Asked, shape: PageShape) => async (queries: Queries, given: Asked & PageValues) => {
  const listed = pagesOf(asked)(shape).asSql(queries, given);
  const towards = shape.backward ? sql`desc` : sql`asc`;
  // raw SQL: the QueryBuilder has no common table expressions. By `at`, of which there is no index: by their order alone a planner might
  // go through all that a person, or the unit, has
  const { rows } = await sql<Row>`
    with listed as (${listed})
    select listed.*, (
        select unit_version from events
         where actor = listed.username and type = 'confirmed' and unit_id = listed.unit_id
         order by at desc, id desc limit 1) as version
      from listed order by listed.username ${towards}`.execute(queries);
  return recordsOf(UnitConfirmerEntity, queries, rows) as unknown as ListedRow[];
};
