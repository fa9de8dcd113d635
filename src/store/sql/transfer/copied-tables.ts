import { DateTimeType, UnderscoreNamingStrategy } from '@mikro-orm/core';
import {
  entities,
  LogEpochEntity,
  SignInAttemptEntity,
  UnitCountEntity,
  WebhookPlaceEntity,
} from '../schema/entities.ts';

/** A table that copies transfer. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** The columns that hold instants. */
  readonly instants: ReadonlySet<string>;
  /** Whether its id is auto-incremented. */
  readonly numbered: boolean;
}

/** The part of an entity's property definition that is read here. */
interface Property {
  readonly fieldName?: string;
  readonly primary?: boolean;
  readonly autoincrement?: boolean;
  readonly type?: unknown;
  readonly entity?: () => { readonly meta: { readonly tableName: string } };
}

/** Not copied: a transaction of one server is none of another. */
const transactionColumn = 'xid';

const naming = new UnderscoreNamingStrategy();

/** Not copied: short-lived rows, derived ones, and what names one database. */
const notCopied: ReadonlySet<unknown> = new Set([
  SignInAttemptEntity,
  UnitCountEntity,
  LogEpochEntity,
  WebhookPlaceEntity,
]);

/** The tables that copies transfer, in dependency order: each after those that it references. */
export const copiedTables: readonly Table[] = inDependencyOrder(
  entities.filter((entity) => !notCopied.has(entity)).map(({ meta }) => describe(meta)),
);

interface Described extends Table {
  readonly references: readonly string[];
}

function describe(meta: (typeof entities)[number]['meta']): Described {
  const properties = Object.entries(meta.properties as unknown as Record<string, Property>)
    .map(([name, property]) => [property.fieldName ?? naming.propertyToColumnName(name), property] as const)
    .filter(([column]) => column !== transactionColumn);
  const columns = (which: (property: Property) => unknown) =>
    properties.filter(([, property]) => which(property)).map(([column]) => column);
  return {
    name: meta.tableName,
    columns: columns(() => true),
    key: columns(({ primary }) => primary),
    instants: new Set(columns(({ type }) => type === DateTimeType)),
    numbered: columns(({ autoincrement }) => autoincrement).length > 0,
    references: properties.flatMap(([, { entity }]) => (entity ? [entity().meta.tableName] : [])),
  };
}

/** Topological order by foreign keys. */
function inDependencyOrder(described: readonly Described[]): Table[] {
  const placed = new Set<Described>();
  const place = (table: Described) => {
    if (placed.has(table)) return;
    for (const other of described) if (other !== table && table.references.includes(other.name)) place(other);
    placed.add(table);
  };
  described.forEach(place);
  return [...placed];
}
