import { CompiledQuery, type RawBuilder } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Builder, Queries } from './queries.ts';

/** Values that are bound: texts and numbers, and lists of them. */
type Given = Readonly<Record<string, unknown>>;

interface Compiled {
  readonly sql: string;
  /** For each parameter the place of its value; of a parameter that is no value, itself. */
  readonly sources: readonly ({ readonly place: number } | { readonly constant: unknown })[];
}

/** Texts of one statement on one database; the least recently used is evicted. */
const maxTexts = 100;
/** What no value can be, since no database stores it, and what neither normal forms nor lower case change. */
const mark = /^\0(\d+)$/;

/**
 * Defines a statement in raw SQL, whose text is made once for each shape of what is given and each `fixed`, which is written into it: to
 * make the text takes longer than many a statement. `build` gets a mark in place of each value, with the type of that, and may
 * do nothing with it but bind it; it depends on nothing else that changes.
 */
export function rawStatement<Row>() {
  const compiled = new WeakMap<Builder, LRUCache<string, Compiled>>();
  return async <Values extends Given>(
    queries: Queries,
    given: Values,
    fixed: object,
    build: (marks: Values) => RawBuilder<Row>,
  ): Promise<Row[]> => {
    const texts = compiled.get(queries.builder) ?? new LRUCache<string, Compiled>({ max: maxTexts });
    compiled.set(queries.builder, texts);
    const key = JSON.stringify([shapeOf(given), fixed]);
    let known = texts.get(key);
    if (!known) {
      const { sql, parameters } = build(marked(given)).compile(queries);
      known = { sql, sources: parameters.map(sourceOf) };
      texts.set(key, known);
    }
    const values = Object.values(given).flat();
    const parameters = known.sources.map((source) => ('place' in source ? values[source.place] : source.constant));
    const { rows } = await queries.getExecutor().executeQuery(CompiledQuery.raw(known.sql, parameters));
    return rows as Row[];
  };
}

/** Of a list its length; of any other value whether there is one. */
const shapeOf = (given: Given) =>
  Object.values(given).map((value) => (Array.isArray(value) ? value.length : value === undefined ? -1 : null));

function marked<Values extends Given>(given: Values): Values {
  let place = 0;
  const markOf = (value: unknown) => {
    const text = `\0${place++}`;
    return value === undefined ? undefined : text;
  };
  const entries = Object.entries(given).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(markOf) : markOf(value),
  ]);
  return Object.fromEntries(entries) as Values;
}

function sourceOf(parameter: unknown): Compiled['sources'][number] {
  const place = typeof parameter === 'string' ? mark.exec(parameter)?.[1] : undefined;
  return place === undefined ? { constant: parameter } : { place: Number(place) };
}
