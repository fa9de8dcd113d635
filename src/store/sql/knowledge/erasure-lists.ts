import type { EntityName, InferEntity } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { Erasure, Page, PageRequest, Position, UserErasure } from '../../store.ts';
import type { Database } from '../database.ts';
import { toColumn } from '../instants.ts';
import { keysetPages, readPage } from '../keyset-pages.ts';
import type { Queries } from '../queries.ts';
import type { Row } from '../row-mapping.ts';
import { ErasedUnitEntity, ErasedUserEntity } from '../schema/entities.ts';
import { columnsOf, insertValuesOf, type RecordOf, recordsOf, type Statement, statement } from '../statement.ts';

/** The lists of what was erased: units, and people. They have the same columns but for some of their own. */

export type AttemptedUnit = RecordOf<InferEntity<typeof ErasedUnitEntity>>;
export type AttemptedUser = RecordOf<InferEntity<typeof ErasedUserEntity>>;

interface Listed {
  id: string;
  erasedAt: Date;
  attemptAt: Date | null;
  waitsFor: string | null;
  doneAt: Date | null;
}

interface Ids {
  readonly ids: readonly string[];
}

interface Attempts {
  /** Until when nobody else tries those that are taken. */
  readonly until: Date;
  /** Those whose next attempt waits are taken too if it waits no longer than this. */
  readonly waiting: Date | null;
  readonly limit: number;
}

function listOf<Kept extends Listed>(table: string, of: EntityName<Kept>, whenDone: object = {}) {
  const entity = of as unknown as EntityName<Listed>;
  const rowsOf = <Given>(listed: Statement<Given, RecordOf<Listed>>) => listed.withRowsOf<Kept>();
  const pages = keysetPages(entity, { by: 'erasedAt', direction: 'desc' });
  const counted = statement(entity, (erased) => erased.count()).withRowsOf<{ count: number }>();
  return {
    find: rowsOf(statement(entity, (erased, { id }: { id: string }) => erased.select('*').where({ id }))),

    byIds: rowsOf(
      statement(entity, (erased, { ids }: Ids) =>
        erased
          .select('*')
          .where({ id: { $in: ids } })
          .orderBy({ erasedAt: 'asc', id: 'asc' }),
      ),
    ),

    finish: statement(entity, (erased, { ids, doneAt }: Ids & { readonly doneAt: Date }) =>
      erased.update({ doneAt, attemptAt: null, waitsFor: null, ...whenDone }).where({ id: { $in: ids }, doneAt: null }),
    ),

    renew: statement(entity, (erased, { ids, attemptAt }: Ids & { readonly attemptAt: Date }) =>
      erased.update({ attemptAt }).where({ id: { $in: ids }, doneAt: null }),
    ),

    postpone: statement(
      entity,
      (erased, { ids, attemptAt, waitsFor }: Ids & { readonly attemptAt: Date; readonly waitsFor: string }) =>
        erased.update({ attemptAt, waitsFor }).where({ id: { $in: ids }, doneAt: null }),
    ),

    page: (queries: Queries, page: PageRequest<Position<Date>>) =>
      readPage(queries, pages, {}, page) as unknown as Promise<Page<Kept>>,

    count: async (queries: Queries) => (await counted.first(queries, {}))?.count ?? 0,

    /** Takes those that are to be cleaned up, the one that has waited longest first. */
    async take({ write, now, dialect }: Database, { until, waiting, limit }: Attempts): Promise<Kept[]> {
      const due = waiting
        ? sql`(attempt_at <= ${toColumn(now())} or attempt_at <= ${toColumn(waiting)} and waits_for is not null)`
        : sql`attempt_at <= ${toColumn(now())}`;
      // materialized, since a plan that runs the query again takes more than `limit`
      const { rows } = await sql<Row>`
        with due as materialized (
          select id from ${sql.table(table)} where ${due} order by attempt_at limit ${sql.lit(limit)} ${dialect.skipLocked})
        update ${sql.table(table)} set attempt_at = ${toColumn(until)} where id in (select id from due)
        returning ${columnsOf(entity, write)}`.execute(write);
      return recordsOf(entity, write, rows) as unknown as Kept[];
    },
  };
}

export const unitErasures = listOf<AttemptedUnit>('erased_units', ErasedUnitEntity as never, { document: null });
export const userErasures = listOf<AttemptedUser>('erased_users', ErasedUserEntity as never);

export const insertErasedUnit = statement(ErasedUnitEntity, (erased, row: AttemptedUnit, em) =>
  erased.insert(insertValuesOf(ErasedUnitEntity, row, em)),
);

export const insertErasedUser = statement(ErasedUserEntity, (erased, row: AttemptedUser, em) =>
  erased.insert(insertValuesOf(ErasedUserEntity, row, em)),
);

export const toErasure = ({ document: _, attemptAt: _at, ...erasure }: AttemptedUnit): Erasure => erasure;

/** Without the name, and what is kept of it. */
export const toUserErasure = ({
  attemptAt: _at,
  username: _name,
  secret: _secret,
  digest: _digest,
  ...erasure
}: AttemptedUser): UserErasure => erasure;
