import type { EntityMetadata, EntityName, RequiredEntityData } from '@mikro-orm/core';
import type { QueryBuilder, SqlEntityManager } from '@mikro-orm/sql';
import { CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import { mapInTurns } from '../../turns.ts';
import { type Builder, type Queries, together } from './queries.ts';
import { compileRowMapper, type Row } from './row-mapping.ts';
import { type Bound, type BuiltQuery, Parameter, Template, type Values } from './statement-template.ts';

/**
 * Prepared statements of MikroORM's QueryBuilder over the entities: built once, cached as a template, run with bound parameters. The ORM's
 * own `execute` would build the query each time and write values into the text.
 *
 * @example
 * const byOwner = statement(ApiKeyEntity, (keys, given: { userId: number }) =>
 *   keys.select('*').where({ userId: given.userId }));
 * const keys = await byOwner.all(db.read, { userId: 1 });
 */

/** A row of an entity as a plain record: instants are `Date`s, lists are arrays, references are foreign keys. */
export type RecordOf<Entity> = { readonly [Name in Extract<keyof Entity, string>]: Exclude<Entity[Name], undefined> };

type Alias = 'own';
type Build<Entity extends object, Given> = (
  query: QueryBuilder<Entity, Alias>,
  given: Given,
  em: SqlEntityManager,
) => { toQuery(): BuiltQuery };

/** An entity of which each record has one, by a property that refers to it, under the alias of its table. */
interface Joined {
  readonly entity: EntityName;
  readonly alias: string;
  readonly by: string;
}

interface JoinedMeta extends Pick<Joined, 'alias'> {
  readonly meta: EntityMetadata;
}

/** The statement as built for one database. */
interface Built {
  readonly template: Template;
  readonly meta: EntityMetadata;
  readonly joined: JoinedMeta | null;
  /** Maps a row to a record; compiled from the columns of the first row. */
  toRecord: ((row: Row) => Row) | undefined;
}

/**
 * Rows of one insert: any number up to `anyRows`, above that a power of two up to `maxRows`, so that few texts are prepared.
 */
const [anyRows, maxRows] = [16, 512];

/** A statement over an entity, whose table has the alias `own` in SQL fragments. */
export class Statement<Given, Result> {
  readonly #entity: EntityName;
  readonly #build: Build<object, Given>;
  readonly #joined: Joined | null;
  readonly #built = new WeakMap<Builder, Built>();

  constructor(entity: EntityName, build: Build<object, Given>, joined: Joined | null = null) {
    this.#entity = entity;
    this.#build = build;
    this.#joined = joined;
  }

  /** Runs it and answers all rows, as records. */
  async all(queries: Queries, given: Given): Promise<Result[]> {
    const built = this.#builtFor(queries.builder);
    const { rows } = await execute(queries, built.template.bind(given as Values));
    return await this.#recordsOf(built, rows);
  }

  /** Runs it and answers the first row; null when there is none. */
  async first(queries: Queries, given: Given): Promise<Result | null> {
    return (await this.all(queries, given))[0] ?? null;
  }

  /** Runs it and answers how many rows it changed. */
  async run(queries: Queries, given: Given): Promise<number> {
    const { template } = this.#builtFor(queries.builder);
    const { numAffectedRows, rows } = await execute(queries, template.bind(given as Values));
    return Number(numAffectedRows ?? rows.length);
  }

  /** Runs an insert for any number of rows, `maxRows` at once; answers the returned rows. */
  async insertAll(queries: Queries, given: readonly Given[]): Promise<Result[]> {
    const built = this.#builtFor(queries.builder);
    const results: Result[] = [];
    for (let from = 0; from < given.length; from += maxRows) {
      const batches = cutBatches(given.slice(from, from + maxRows) as readonly Values[]);
      const answers = await together(...batches.map((rows) => execute(queries, built.template.bindRows(rows))));
      for (const { rows } of answers) results.push(...(await this.#recordsOf(built, rows)));
    }
    return results;
  }

  /** The statement as a fragment of a raw SQL query, such as a subquery. */
  asSql({ builder }: Queries, given: Given): RawBuilder<unknown> {
    const { pieces, parameters } = this.#builtFor(builder).template.split(given as Values);
    return sql(Object.assign([...pieces], { raw: pieces }), ...parameters);
  }

  /** The same statement with another row type, for columns that are not the entity's, such as counts. */
  withRowsOf<Other>(): Statement<Given, Other> {
    return this as unknown as Statement<Given, Other>;
  }

  /** The same statement, whose records each have, under a name of its own, the one of another entity that a property refers to. */
  with<Other extends object, As extends string>(
    alias: As,
    entity: EntityName<Other>,
    by: Extract<keyof Result, string>,
  ): Statement<Given, Result & { readonly [Name in As]: RecordOf<Other> }> {
    return new Statement(this.#entity, this.#build, { entity, alias, by });
  }

  #builtFor(builder: Builder): Built {
    let built = this.#built.get(builder);
    if (!built) {
      const { em, placeholder } = builder;
      const given = new Proxy({}, { get: (_, name) => new Parameter(String(name)) }) as Given;
      const own = em.createQueryBuilder(this.#entity, 'own');
      if (this.#joined) own.innerJoin(this.#joined.by as never, this.#joined.alias);
      const query = this.#build(own as never, given, em).toQuery();
      const metaOf = (entity: EntityName) => em.getMetadata().get(entity) as EntityMetadata;
      const meta = metaOf(this.#entity);
      const joined = this.#joined && { meta: metaOf(this.#joined.entity), alias: this.#joined.alias };
      const template = new Template(withColumns(query, meta, joined), placeholder);
      built = { template, meta, joined, toRecord: undefined };
      this.#built.set(builder, built);
    }
    return built;
  }

  async #recordsOf(built: Built, rows: readonly Row[]): Promise<Result[]> {
    const [first] = rows;
    if (!first) return [];
    built.toRecord ??= mapperOf(built, Object.keys(first));
    return (await mapInTurns(rows, built.toRecord)) as Result[];
  }
}

/**
 * Names the columns of the entity where the query takes all: a newer release may have added some while this one is still running, and
 * PostgreSQL refuses a prepared statement that answers others than when it was prepared.
 */
function withColumns({ sql, params }: BuiltQuery, meta: EntityMetadata, joined: JoinedMeta | null): BuiltQuery {
  const others = joined
    ? columnNames(joined.meta).map((column) => `, "${joined.alias}"."${column}" as "${joined.alias}.${column}"`)
    : [];
  const named = sql
    .replace(/["`]own["`]\.\*/g, () => listColumns(meta, 'own') + others.join(''))
    .replace(/(?<=\breturning )\*$/, () => listColumns(meta));
  return { sql: named, params };
}

/** Maps a row to a record of the entity, with that of the joined one, whose columns begin with its alias. */
function mapperOf({ meta, joined }: Built, columns: readonly string[]): (row: Row) => Row {
  if (!joined) return compileRowMapper(meta, columns);
  const prefix = `${joined.alias}.`;
  const [theirs, own] = [
    columns.filter((name) => name.startsWith(prefix)),
    columns.filter((name) => !name.startsWith(prefix)),
  ];
  const toOwn = compileRowMapper(meta, own);
  const toTheirs = compileRowMapper(
    joined.meta,
    theirs.map((name) => name.slice(prefix.length)),
    prefix,
  );
  return (row) => ({ ...toOwn(row), [joined.alias]: toTheirs(row) });
}

/** At most `maxRows` rows, in batches of the sizes that there are. */
function cutBatches(rows: readonly Values[]): (readonly Values[])[] {
  if (rows.length <= anyRows) return rows.length > 0 ? [rows] : [];
  const size = 2 ** Math.floor(Math.log2(rows.length));
  return [rows.slice(0, size), ...cutBatches(rows.slice(size))];
}

const columnNames = ({ props }: EntityMetadata): string[] =>
  props.filter(({ persist }) => persist !== false).flatMap(({ fieldNames }) => fieldNames);

const listColumns = (meta: EntityMetadata, alias?: string): string =>
  columnNames(meta)
    .map((column) => (alias === undefined ? `"${column}"` : `"${alias}"."${column}"`))
    .join(', ');

/** The columns of an entity in raw SQL, in place of `*`, or of `alias.*`. */
export function columnsOf<Entity extends object>(
  entity: EntityName<Entity>,
  { builder: { em } }: Queries,
  alias?: string,
): RawBuilder<unknown> {
  return sql.raw(listColumns(em.getMetadata().get(entity) as EntityMetadata, alias));
}

/** Defines a statement; it is built when it first runs on a database. */
export function statement<Entity extends object, Given extends object>(
  entity: EntityName<Entity>,
  build: Build<Entity, Given>,
): Statement<Given, RecordOf<Entity>> {
  return new Statement(entity, build as unknown as Build<object, Given>);
}

/** The values of a whole record for an insert: one for each property, except auto-incremented ids. */
export function insertValuesOf<Entity extends object>(
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

/** Maps rows that raw SQL has read to records of the entity. */
export function recordsOf<Entity extends object>(
  entity: EntityName<Entity>,
  { builder: { em } }: Queries,
  rows: readonly Row[],
): RecordOf<Entity>[] {
  const meta = em.getMetadata().get(entity) as EntityMetadata;
  return rows.map(compileRowMapper(meta, Object.keys(rows[0] ?? {}))) as unknown as RecordOf<Entity>[];
}

/** Cached results of one `memoizeByShape`; the least recently used is evicted. */
const maxShapes = 100;

/**
 * Memoizes `make` by the key of its argument: for statements whose SQL depends on the shape of a request, such as which fields
 * a filter has.
 */
export function memoizeByShape<Shape, Made extends object>(
  keyOf: (shape: Shape) => string,
  make: (shape: Shape) => Made,
): (shape: Shape) => Made {
  const cache = new LRUCache<string, Made>({ max: maxShapes });
  return (shape) => {
    const key = keyOf(shape);
    let made = cache.get(key);
    if (!made) {
      made = make(shape);
      cache.set(key, made);
    }
    return made;
  };
}

function execute(queries: Queries, { sql, parameters }: Bound): Promise<QueryResult<Row>> {
  return queries.getExecutor().executeQuery(CompiledQuery.raw(sql, parameters) as CompiledQuery<Row>);
}
