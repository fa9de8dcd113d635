import { DateTimeType, UnderscoreNamingStrategy } from '@mikro-orm/core';
import { entities, SignInAttemptEntity, UnitCountEntity } from './entities.ts';

/** A table as something to carry rows of. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** The columns that hold instants. */
  readonly instants: ReadonlySet<string>;
  /** Whether the database numbers its rows. */
  readonly numbered: boolean;
}

/** What is read here of a property of an entity, as it was defined. */
interface Property {
  readonly fieldName?: string;
  readonly primary?: boolean;
  readonly autoincrement?: boolean;
  readonly type?: unknown;
  readonly entity?: () => { readonly meta: { readonly tableName: string } };
}

const naming = new UnderscoreNamingStrategy();

/** Of this moment only, and derived. */
const leftOut: ReadonlySet<unknown> = new Set([SignInAttemptEntity, UnitCountEntity]);

/** The tables of the entities whose rows are worth keeping, each after those that it refers to. */
export const tables: readonly Table[] = inOrder(
  entities.filter((entity) => !leftOut.has(entity)).map(({ meta }) => describe(meta)),
);

interface Described extends Table {
  readonly refersTo: readonly string[];
}

function describe(meta: (typeof entities)[number]['meta']): Described {
  const properties = Object.entries(meta.properties as unknown as Record<string, Property>).map(
    ([name, property]) => [property.fieldName ?? naming.propertyToColumnName(name), property] as const,
  );
  const columns = (which: (property: Property) => unknown) =>
    properties.filter(([, property]) => which(property)).map(([column]) => column);
  return {
    name: meta.tableName,
    columns: columns(() => true),
    key: columns(({ primary }) => primary),
    instants: new Set(columns(({ type }) => type === DateTimeType)),
    numbered: columns(({ autoincrement }) => autoincrement).length > 0,
    refersTo: properties.flatMap(([, { entity }]) => (entity ? [entity().meta.tableName] : [])),
  };
}

function inOrder(described: readonly Described[]): Table[] {
  const placed = new Set<Described>();
  const place = (table: Described) => {
    if (placed.has(table)) return;
    for (const other of described) if (other !== table && table.refersTo.includes(other.name)) place(other);
    placed.add(table);
  };
  described.forEach(place);
  return [...placed];
}
