import { p } from '@mikro-orm/core';
import { TextList } from './text-list.ts';

// sorted by code point on both: PostgreSQL's columns say so (collate "C"), SQLite's do so anyway
export const text = () => p.text().ignoreSchemaChanges('collation');
export const date = () => p.datetime(3);
export const list = () => p.type(TextList).ignoreSchemaChanges('collation');
