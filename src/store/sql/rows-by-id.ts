import type { EntityMetadata, EntityName } from '@mikro-orm/core';
import { type RawBuilder, sql } from 'kysely';
import type { Queries } from './queries.ts';
import type { Row } from './row-mapping.ts';
import { columnsOf, type RecordOf, recordsOf } from './statement.ts';

/** One row by its `id`, for what the QueryBuilder cannot do: its locks are the ORM's, and its delete answers no rows. */

type Id = string | number;

const tableOf = (entity: EntityName, { builder: { em } }: Queries) =>
  sql.table((em.getMetadata().get(entity) as EntityMetadata).tableName);

/** The row, locked as `lock`, one of the dialect's, says, until the transaction ends; null when there is none. */
export async function lockRow<Entity extends object>(
  entity: EntityName<Entity>,
  write: Queries,
  id: Id,
  lock: RawBuilder<unknown>,
): Promise<RecordOf<Entity> | null> {
  const { rows } = await sql<Row>`
    select ${columnsOf(entity, write)} from ${tableOf(entity, write)} where id = ${id} ${lock}`.execute(write);
  return recordsOf(entity, write, rows)[0] ?? null;
}

/** Deletes the row, and answers it; null when there was none. */
export async function deleteRow<Entity extends object>(
  entity: EntityName<Entity>,
  write: Queries,
  id: Id,
): Promise<RecordOf<Entity> | null> {
  const { rows } = await sql<Row>`
    delete from ${tableOf(entity, write)} where id = ${id} returning ${columnsOf(entity, write)}`.execute(write);
  return recordsOf(entity, write, rows)[0] ?? null;
}
