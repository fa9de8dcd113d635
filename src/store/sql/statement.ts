import type { EntityMetadata, EntityName, RequiredEntityData } from '@mikro-orm/core';
import type { QueryBuilder, SqlEntityManager } from '@mikro-orm/sql';
import { CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely';
import type { Builder, Queries } from './queries.ts';
import { type Row, recorder } from './row-mapping.ts';
import { type Bound, type BuiltQuery, Parameter, Template, type Values } from './statement-template.ts';

/**
 * Statements of MikroORM's QueryBuilder over the entities, built once and kept. The ORM's own `execute` would write what is given
 * into the text; here it is bound.
 *
 * @example
 * const byOwner = statement(ApiKeyEntity, (keys, given: { userId: number }) =>
 *   keys.select('*').where({ userId: given.userId }));
 * const keys = await byOwner.all(db.read, { userId: 1 });
 */

/** A row of an entity, read: instants are `Date`s, lists arrays, references the keys of what they refer to. */
export type RecordOf<Entity> = { readonly [Name in Extract<keyof Entity, string>]: Exclude<Entity[Name], undefined> };

type Alias = 'own';
type Build<Entity extends object, Given> = (
  query: QueryBuilder<Entity, Alias>,
  given: Given,
  em: SqlEntityManager,
) => { toQuery(): BuiltQuery };

/** As built for one database. */
interface Built {
  readonly template: Template;
  readonly meta: EntityMetadata;
  /** Made from the first row, which says what the columns are. */
  record: ((row: Row) => Row) | undefined;
}

/** Rows of one insert: up to so many in any number, more in powers of two, so that there are few texts. */
const [fewRows, mostRows] = [16, 512];

/** A statement over an entity, which is called `own` in fragments of SQL. */
export class Statement<Given, Result> {
  readonly #entity: EntityName;
  readonly #build: Build<object, Given>;
  readonly #built = new WeakMap<Builder, Built>();

  constructor(entity: EntityName, build: Build<object, Given>) {
    this.#entity = entity;
    this.#build = build;
  }

  /** All rows that it answers with. */
  async all(queries: Queries, given: Given): Promise<Result[]> {
    const built = this.#builtFor(queries.builder);
    const { rows } = await execute(queries, built.template.bind(given as Values));
    return this.#recordsOf(built, rows);
  }

  /** The first row that it answers with; null when there is none. */
  async first(queries: Queries, given: Given): Promise<Result | null> {
    return (await this.all(queries, given))[0] ?? null;
  }

  /** Runs it, and answers how many rows it has changed. */
  async run(queries: Queries, given: Given): Promise<number> {
    const { template } = this.#builtFor(queries.builder);
    const { numAffectedRows, rows } = await execute(queries, template.bind(given as Values));
    return Number(numAffectedRows ?? rows.length);
  }

  /** Runs an insert for any number of rows, some hundreds at once. */
  async insertAll(queries: Queries, given: readonly Given[]): Promise<Result[]> {
    const built = this.#builtFor(queries.builder);
    const results: Result[] = [];
    for (let from = 0; from < given.length; ) {
      const left = given.length - from;
      const size = left <= fewRows ? left : Math.min(mostRows, 2 ** Math.floor(Math.log2(left)));
      const bound = built.template.bindRows(given.slice(from, from + size) as readonly Values[]);
      results.push(...this.#recordsOf(built, (await execute(queries, bound)).rows));
      from += size;
    }
    return results;
  }

  /** The statement as a part of raw SQL. */
  within({ builder }: Queries, given: Given): RawBuilder<unknown> {
    const { pieces, parameters } = this.#builtFor(builder).template.split(given as Values);
    return sql(Object.assign([...pieces], { raw: pieces }), ...parameters);
  }

  /** Says what rows there are, where they are none of the entity's. */
  answering<Other>(): Statement<Given, Other> {
    return this as unknown as Statement<Given, Other>;
  }

  #builtFor(builder: Builder): Built {
    let built = this.#built.get(builder);
    if (!built) {
      const { em, placeholder } = builder;
      const given = new Proxy({}, { get: (_, name) => new Parameter(String(name)) }) as Given;
      const query = this.#build(em.createQueryBuilder(this.#entity, 'own') as never, given, em).toQuery();
      const meta = em.getMetadata().get(this.#entity) as EntityMetadata;
      built = { template: new Template(query, placeholder), meta, record: undefined };
      this.#built.set(builder, built);
    }
    return built;
  }

  #recordsOf(built: Built, rows: readonly Row[]): Result[] {
    const [first] = rows;
    if (!first) return [];
    built.record ??= recorder(built.meta, Object.keys(first));
    return rows.map(built.record) as Result[];
  }
}

export function statement<Entity extends object, Given extends object>(
  entity: EntityName<Entity>,
  build: Build<Entity, Given>,
): Statement<Given, RecordOf<Entity>> {
  return new Statement(entity, build as unknown as Build<object, Given>);
}

/** What is given of each property of an entity, for an insert of a whole record; without numbers that the database gives. */
export function wholeOf<Entity extends object>(
  entity: EntityName<Entity>,
  given: object,
  em: SqlEntityManager,
): RequiredEntityData<Entity> {
  const properties = em
    .getMetadata()
    .get(entity)
    .props.filter(({ autoincrement }) => !autoincrement);
  return Object.fromEntries(properties.map(({ name }) => [name, (given as Values)[name]])) as never;
}

/** Rows that something else than a statement has read, as records. */
export function recordsOf<Entity extends object>(
  entity: EntityName<Entity>,
  { builder: { em } }: Queries,
  rows: readonly Row[],
): RecordOf<Entity>[] {
  const meta = em.getMetadata().get(entity) as EntityMetadata;
  return rows.map(recorder(meta, Object.keys(rows[0] ?? {}))) as unknown as RecordOf<Entity>[];
}

/** Shapes of one question that are kept; the one asked for longest ago goes first. */
const maxShapes = 100;

/** Statements whose shape depends on what is asked for: one is made for each shape, which `keyOf` tells apart. */
export function shaped<Shape, Made extends object>(
  keyOf: (shape: Shape) => string,
  make: (shape: Shape) => Made,
): (shape: Shape) => Made {
  const kept = new Map<string, Made>();
  return (shape) => {
    const key = keyOf(shape);
    const made = kept.get(key) ?? make(shape);
    kept.delete(key);
    kept.set(key, made);
    if (kept.size > maxShapes) kept.delete(kept.keys().next().value as string);
    return made;
  };
}

function execute({ client }: Queries, { sql, parameters }: Bound): Promise<QueryResult<Row>> {
  return client.executeQuery(CompiledQuery.raw(sql, parameters) as CompiledQuery<Row>);
}
