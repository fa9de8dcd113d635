import { isRaw } from '@mikro-orm/core';
import { toColumn } from './instants.ts';

/** SQL texts with placeholders, from queries of MikroORM's QueryBuilder. */

/** Stands in for a value while a statement is built. */
export class Parameter {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A query as the QueryBuilder gives it: one `?` for each of `params`, in their order. */
export interface BuiltQuery {
  readonly sql: string;
  readonly params: readonly unknown[];
}

export type Values = Readonly<Record<string, unknown>>;

/** An SQL text and its parameters, in the order of the placeholders. */
export interface Bound {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** The placeholder of the nth parameter, counted from 1: `?` or `$n`. */
export type Placeholder = (n: number) => string;

/** A bound value, a parenthesised list of them, or a whole number written into the text. */
type Form = 'value' | 'list' | 'number';

interface Slot {
  readonly form: Form;
  /** A `Parameter`, or the value itself. */
  readonly source: unknown;
}

/** Cached texts of one statement: one for each combination of page size and padded list lengths. */
const maxTexts = 20;
/** Longer lists are not padded: SQLite binds 32,766 values, PostgreSQL 65,535. */
const maxPadded = 8192;

/**
 * A statement that yields few different texts, so that databases can keep them prepared. Values are bound; lists are padded to
 * a power of two by repeating their last value; limits, checked to be whole numbers, are written out, since SQLite replans a
 * statement with a bound limit each time.
 */
export class Template {
  /** The text around the slots: one piece before each, and one after the last. */
  readonly #pieces: readonly string[];
  readonly #slots: readonly Slot[];
  readonly #placeholder: Placeholder;
  readonly #texts = new Map<string, string>();
  readonly #rowTexts = new Map<number, string>();

  constructor(query: BuiltQuery, placeholder: Placeholder) {
    const { pieces, values } = flatten(query);
    this.#pieces = pieces;
    this.#slots = values.map((source, at) => ({ form: formAfter(pieces[at] ?? ''), source }));
    this.#placeholder = placeholder;
  }

  /** The text and the parameters for these values. */
  bind(given: Values): Bound {
    const { parameters, sizes } = this.#read(given);
    return { sql: this.#textFor(sizes), parameters };
  }

  /** The parameters, and the cache key of the text: list lengths and written-out numbers. */
  #read(given: Values): { readonly parameters: unknown[]; readonly sizes: string } {
    const parameters: unknown[] = [];
    let sizes = '';
    for (const { form, source } of this.#slots) {
      const value = source instanceof Parameter ? given[source.name] : source;
      if (form === 'value') parameters.push(toParameter(value));
      else sizes += `${form === 'list' ? pushPadded(parameters, value as readonly unknown[]) : checkedLimit(value)} `;
    }
    return { parameters, sizes };
  }

  /** The text and the parameters of an insert of several rows, each with the values that `bind` takes. */
  bindRows(rows: readonly Values[]): Bound {
    const parameters = rows.flatMap((row) => this.#read(row).parameters);
    let sql = this.#rowTexts.get(rows.length);
    if (sql === undefined) {
      sql = this.#rowsText(rows.length);
      this.#rowTexts.set(rows.length, sql);
    }
    return { sql, parameters };
  }

  /** The pieces of the text between the parameters, for Kysely's `sql` template. */
  split(given: Values): { readonly pieces: readonly string[]; readonly parameters: readonly unknown[] } {
    const mark = '\0';
    const { parameters, sizes } = this.#read(given);
    return { pieces: this.#text(sizes, () => mark).split(mark), parameters };
  }

  #textFor(sizes: string): string {
    let text = this.#texts.get(sizes);
    if (text === undefined) {
      if (this.#texts.size === maxTexts) this.#texts.clear();
      text = this.#text(sizes, this.#placeholder);
      this.#texts.set(sizes, text);
    }
    return text;
  }

  #text(sizes: string, placeholder: Placeholder): string {
    let [text = ''] = this.#pieces;
    let bound = 0;
    let sized = 0;
    const each = sizes.split(' ');
    for (const [at, { form }] of this.#slots.entries()) {
      if (form === 'value') text += placeholder(++bound);
      else if (form === 'number') text += each[sized++];
      else {
        const places = Array.from({ length: Number(each[sized++]) }, () => placeholder(++bound));
        // `in (null)` matches nothing, and PostgreSQL has no `in ()`
        text += `(${places.join(', ') || 'null'})`;
      }
      text += this.#pieces[at + 1];
    }
    return text;
  }

  #rowsText(rows: number): string {
    const [head = ''] = this.#pieces;
    const tail = this.#pieces.at(-1) ?? '';
    if (!head.endsWith(' values (') || this.#pieces.slice(1, -1).some((piece) => piece !== ', '))
      throw new Error(`The statement is not an insert of one row: ${this.#pieces.join('?')}`);
    let bound = 0;
    const row = () => `(${this.#slots.map(() => this.#placeholder(++bound)).join(', ')})`;
    return head.slice(0, -1) + Array.from({ length: rows }, row).join(', ') + tail.slice(1);
  }
}

/** Inlines SQL fragments and subqueries, which the QueryBuilder passes as parameters. */
function flatten({ sql, params }: BuiltQuery): { pieces: string[]; values: unknown[] } {
  const [first = '', ...rest] = sql.split('?');
  if (rest.length !== params.length)
    throw new Error(`The number of placeholders differs from the ${params.length} values: ${sql}`);
  const pieces = [first];
  const values: unknown[] = [];
  for (const [at, param] of params.entries()) {
    const inner = innerOf(param);
    if (inner) {
      const flat = flatten(inner);
      const [head = '', ...more] = flat.pieces;
      pieces.push((pieces.pop() ?? '') + head, ...more);
      values.push(...flat.values);
      pieces.push((pieces.pop() ?? '') + rest[at]);
    } else {
      values.push(param);
      pieces.push(rest[at] ?? '');
    }
  }
  return { pieces, values };
}

function innerOf(param: unknown): BuiltQuery | null {
  if (isRaw(param)) return param;
  const isQuery = typeof param === 'object' && param !== null && 'toQuery' in param;
  return isQuery ? (param as { toQuery(): BuiltQuery }).toQuery() : null;
}

function formAfter(text: string): Form {
  if (text.endsWith(' in ')) return 'list';
  return text.endsWith(' limit ') ? 'number' : 'value';
}

function paddedSize(length: number): number {
  return length === 0 || length > maxPadded ? length : 2 ** Math.ceil(Math.log2(length));
}

function pushPadded(parameters: unknown[], list: readonly unknown[]): number {
  const size = paddedSize(list.length);
  for (const value of list) parameters.push(toParameter(value));
  for (let at = list.length; at < size; at++) parameters.push(toParameter(list.at(-1)));
  return size;
}

function checkedLimit(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Error(`A limit must be a whole number from 0, got ${value}.`);
  return value as number;
}

/** A value as its column holds it: instants as ISO 8601 text, lists as JSON text. */
function toParameter(value: unknown): unknown {
  if (value instanceof Date) return toColumn(value);
  return Array.isArray(value) ? JSON.stringify(value) : value;
}
