import { shortened } from '../errors.ts';
import { jsonProblem, maxJsonItems } from '../transport/json-limits.ts';
import type { Parameter, ValueType } from './parameters.ts';

/** Arguments as clients send them: some send lists, numbers and booleans as JSON text, and one value for a list or the reverse. */

/** A problem of one argument, or of the name of one. */
export interface ArgumentProblem {
  readonly parameter: string;
  readonly message: string;
}

/** At most this many problems are reported. */
const maxProblems = 10;

type Read = { readonly value: unknown } | { readonly problem: string };

/**
 * The values of arguments by parameter, without those that are null. Takes what the type of a parameter gives only one meaning to: JSON
 * text for a list, number or boolean, a text for a list of one, a list of one for a value, enum values in any case. A text for a text
 * stays what it is. Whole numbers are held to their bounds; all other bounds are the domain's to check.
 */
export function readArguments(
  tool: string,
  parameters: readonly Parameter[],
  given: Readonly<Record<string, unknown>>,
): { readonly values: Record<string, unknown> } | { readonly problems: readonly ArgumentProblem[] } {
  const names = parameters.map(({ name }) => name);
  const problems = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => ({ parameter: shortened(name), message: unknownParameter(tool, name, names) }));
  const values: [string, unknown][] = [];
  for (const parameter of parameters) {
    const { name, isRequired } = parameter;
    const read = readArgument(parameter, Object.hasOwn(given, name) ? given[name] : null);
    if ('problem' in read) problems.push({ parameter: name, message: read.problem });
    else if (read.value !== null) values.push([name, read.value]);
    else if (isRequired) problems.push({ parameter: name, message: `${name} is required.` });
  }
  return problems.length > 0 ? { problems: problems.slice(0, maxProblems) } : { values: Object.fromEntries(values) };
}

const unknownParameter = (tool: string, name: string, names: readonly string[]) =>
  `${JSON.stringify(shortened(name))} is no parameter of ${tool}, which takes ${names.join(', ') || 'none'}.`;

/** Null where nothing was given. */
function readArgument(parameter: Parameter, given: unknown): Read {
  if (given === null || given === undefined) return { value: null };
  return parameter.isList ? readList(parameter, given) : readValue(parameter, given);
}

function readList({ name, type, bounds }: Parameter, given: unknown): Read {
  const items = itemsOf(given);
  if (items.length > maxJsonItems)
    return {
      problem: `${name} must have at most ${bounds.maxItems ?? maxJsonItems} items, got ${items.length}.`,
    };
  const values = items.map((item) => readAs(type, item));
  const wrong = values.indexOf(undefined);
  if (wrong < 0) return { value: values };
  const place = Array.isArray(given) ? `${name}.${wrong}` : name;
  const expected = Array.isArray(given) ? expectation(type) : `a list, each item ${expectation(type)}`;
  return { problem: `${place} must be ${expected}, got ${shown(items[wrong])}.` };
}

function readValue({ name, type, isRequired, bounds }: Parameter, given: unknown): Read {
  const one = Array.isArray(given) && given.length === 1 ? given[0] : given;
  const plain = type.kind === 'string' || type.kind === 'id' ? one : parsed(one);
  // no id and no number is empty: clients that fill in every parameter mean that there is none
  if (!isRequired && (plain === null || (plain === '' && type.kind !== 'string'))) return { value: null };
  const value = readAs(type, plain);
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = bounds;
  if (value === undefined || (typeof value === 'number' && (value < minimum || value > maximum))) {
    const range = bounds.minimum === undefined ? '' : ` from ${bounds.minimum} to ${bounds.maximum}`;
    return { problem: `${name} must be ${expectation(type)}${range}, got ${shown(given)}.` };
  }
  return { value };
}

/** The items of a list: those of JSON text, or a value as the only one; none of an empty text. */
function itemsOf(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  if (typeof given !== 'string') return [given];
  if (given.trim() === '') return [];
  const value = given.trimStart().startsWith('[') ? parseJson(given) : undefined;
  return Array.isArray(value) ? value : [given];
}

/** What a text says as JSON, and the item of a list of one; a text that is no JSON as it is. */
function parsed(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  const value = parseJson(given);
  if (value === undefined) return given.trim();
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/** What a text says as JSON within the limits of a request; undefined for everything else. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return jsonProblem(value) === null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A value of a type; undefined for one that is none. */
function readAs(type: ValueType, given: unknown): unknown {
  switch (type.kind) {
    case 'enum':
      return typeof given === 'string' ? type.values.find((value) => value === given.trim().toLowerCase()) : undefined;
    case 'integer':
      return Number.isInteger(given) ? given : undefined;
    case 'number':
      return Number.isFinite(given) ? given : undefined;
    case 'boolean':
      if (typeof given === 'string' && /^(?:true|false)$/i.test(given)) return given.toLowerCase() === 'true';
      return typeof given === 'boolean' ? given : undefined;
    default:
      return typeof given === 'string' ? given : undefined;
  }
}

function expectation(type: ValueType): string {
  switch (type.kind) {
    case 'enum':
      return `one of ${type.values.map((value) => JSON.stringify(value)).join('|')}`;
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'a string';
  }
}

const shown = (value: unknown) => shortened(JSON.stringify(value) ?? 'nothing');
