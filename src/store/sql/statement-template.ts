import { isRaw } from '@mikro-orm/core';
import { toColumn } from './instants.ts';

/** The text of statements, with places for what is given each time they run. */

/** Stands for a value while a statement is built. */
export class Parameter {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What the QueryBuilder makes of a statement: `?` stands for each of `params`, in their order. */
export interface BuiltQuery {
  readonly sql: string;
  readonly params: readonly unknown[];
}

export type Values = Readonly<Record<string, unknown>>;

/** A text with the values to bind, in the order of its placeholders. */
export interface Bound {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** How one database writes the placeholder of the nth parameter, from 1. */
export type Placeholder = (n: number) => string;

/** A bound value, a list of them in brackets, or a whole number that is written out. */
type Form = 'value' | 'list' | 'number';

interface Slot {
  readonly form: Form;
  /** A `Parameter`, or the value itself. */
  readonly source: unknown;
}

/** Texts of one statement that are kept, of some hundred characters each: for the sizes of pages and lists that are usual. */
const maxTexts = 20;
/** Lists up to this long are padded; SQLite binds 32,766 values, and PostgreSQL 65,535. */
const maxPadded = 8192;

/**
 * A statement whose shape is known. Of one shape there are few texts, so that databases keep them prepared: values are bound, lists
 * are padded to a power of two with their last value, and only limits, whole numbers that are checked, are written out, since
 * SQLite plans a statement with a bound limit anew each time.
 */
export class Template {
  /** One more than slots: what stands before each, and behind the last. */
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

  /** The text for these values, and what it binds. */
  bind(given: Values): Bound {
    const { parameters, sizes } = this.#read(given);
    return { sql: this.#textFor(sizes), parameters };
  }

  /** What is bound, and the sizes of lists and the numbers that tell one text from another. */
  #read(given: Values): { readonly parameters: unknown[]; readonly sizes: string } {
    const parameters: unknown[] = [];
    let sizes = '';
    for (const { form, source } of this.#slots) {
      const value = source instanceof Parameter ? given[source.name] : source;
      if (form === 'value') parameters.push(toParameter(value));
      else sizes += `${form === 'list' ? pushPadded(parameters, value as readonly unknown[]) : whole(value)} `;
    }
    return { parameters, sizes };
  }

  /** The same for an insert of several rows, each with the values that `bind` takes. */
  bindRows(rows: readonly Values[]): Bound {
    const parameters = rows.flatMap((row) => this.#read(row).parameters);
    let sql = this.#rowTexts.get(rows.length);
    if (sql === undefined) {
      sql = this.#rowsText(rows.length);
      this.#rowTexts.set(rows.length, sql);
    }
    return { sql, parameters };
  }

  /** The parts of the text between the parameters, for an SQL template of Kysely's. */
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
        // of an empty list nothing is a member, and PostgreSQL has no brackets around nothing
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
      throw new Error(`This is no insert of a row: ${this.#pieces.join('?')}`);
    let bound = 0;
    const row = () => `(${this.#slots.map(() => this.#placeholder(++bound)).join(', ')})`;
    return head.slice(0, -1) + Array.from({ length: rows }, row).join(', ') + tail.slice(1);
  }
}

/** Puts fragments and subqueries, which stand among the parameters, into the text. */
function flatten({ sql, params }: BuiltQuery): { pieces: string[]; values: unknown[] } {
  const [first = '', ...rest] = sql.split('?');
  if (rest.length !== params.length) throw new Error(`There are ${params.length} values for this statement: ${sql}`);
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

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Error(`${value} is no number of rows.`);
  return value as number;
}

/** Instants as ISO 8601 text and lists as JSON text, as the columns hold them. */
function toParameter(value: unknown): unknown {
  if (value instanceof Date) return toColumn(value);
  return Array.isArray(value) ? JSON.stringify(value) : value;
}
