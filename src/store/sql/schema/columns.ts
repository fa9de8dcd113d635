import { p } from '@mikro-orm/core';
import { TextList } from './text-list.ts';

/**
 * Column types of the entities. Text sorts by code point: PostgreSQL's columns have `collate "C"`, SQLite's default is the
 * same.
 */
export const text = () => p.text().ignoreSchemaChanges('collation');
export const date = () => p.datetime(3);
export const list = () => p.type(TextList).ignoreSchemaChanges('collation');
/** The transaction that wrote a row, which the database sets; see the migration `0034-log-order`. */
export const xid = () => p.bigint('number').default(0).ignoreSchemaChanges('type', 'default');
