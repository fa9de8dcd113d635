import type { EntityName } from '@mikro-orm/core';
import type { RawBuilder } from 'kysely';
import type { LogPlace } from '../../store.ts';
import type { Row } from '../row-mapping.ts';
import { AuditEntryEntity, EventEntity } from '../schema/entities.ts';

/** The tables that are followed. */
export type LogName = 'events' | 'audit_log';

export const entityOf: Readonly<Record<LogName, EntityName>> = { events: EventEntity, audit_log: AuditEntryEntity };

/** A part of a table: the SQL of its rows, all columns, of which `condition`, on columns of the table, is true. */
export type LogPart = (condition: RawBuilder<unknown>) => RawBuilder<unknown>;

/** How one database reads its logs. */
export interface LogSource {
  /**
   * Up to `limit` rows behind a place, or the last ones without one, and how far the log is. Reads all that is in a part for its last
   * ones, and of a whole table none.
   */
  read(log: LogName, after: LogPlace | null, limit: number, part?: LogPart): Promise<LogSnapshot>;
  /** The row of an entry, if it is there. */
  find(log: LogName, id: number): Promise<Row | null>;
  /** How many entries follow a place, counted up to `most`. */
  countAfter(log: LogName, place: LogPlace, most: number): Promise<number>;
}

export interface LogSnapshot {
  readonly epoch: string;
  /** In the order of the log, each with its `xid` and `id`. */
  readonly rows: readonly Row[];
  /** Behind all that may be told now. */
  readonly horizon: Pick<LogPlace, 'transaction' | 'id'>;
  /** The first transaction and the first number that were not given out: no place is beyond them. */
  readonly next: Pick<LogPlace, 'transaction' | 'id'>;
  /** Transactions that are running, and were not waited for. */
  readonly open: ReadonlySet<number>;
  /** Whether more follows beyond the horizon that can be told already. */
  readonly isPartial: boolean;
  readonly isHeld: boolean;
}
