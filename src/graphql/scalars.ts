import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { JsonText, toJsonText } from '../domain/json-text.ts';
import { isInstant } from '../domain/rules.ts';

const instant = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
// some distance from the years 1 and 9999, so that date arithmetic stays within four-digit years
const firstDay = '1970-01-01';
const lastDay = '2999-12-31';
const day = /^\d{4}-\d\d-\d\d$/;

export const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  serialize: (value) => (value as Date).toISOString(),
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(literalText(node)),
});

export const DateScalar = new GraphQLScalarType({
  name: 'Date',
  serialize: (value) => value as string,
  parseValue: readDay,
  parseLiteral: (node) => readDay(literalText(node)),
});

/** Inside the server the value of a JSONObject is its JSON text. */
export const JSONObject = new GraphQLScalarType({
  name: 'JSONObject',
  serialize: (text) => new JsonText(text as string),
  parseValue: readObject,
  parseLiteral: (node, variables) => {
    if (node.kind !== Kind.OBJECT) throw refuse('JSONObject must be an object.');
    return literalJson(node, variables ?? {});
  },
});

function readInstant(value: unknown): Date {
  // isDay, since JavaScript reads the 30th of February as a day in March
  const date =
    typeof value === 'string' && instant.test(value) && isDay(value.slice(0, 10)) ? new Date(value) : undefined;
  if (!date || !isInstant(date))
    throw refuse(`DateTime must be an RFC 3339 instant such as 2026-01-31T09:30:00.000Z, got ${shown(value)}.`);
  return date;
}

function readDay(value: unknown): string {
  if (typeof value !== 'string' || !day.test(value) || !isDay(value) || value < firstDay || value > lastDay)
    throw refuse(`Date must be a day from ${firstDay} to ${lastDay}, got ${shown(value)}.`);
  return value;
}

/** Whether a day exists in the calendar. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

function readObject(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse(`JSONObject must be an object, got ${shown(value)}.`);
  try {
    return toJsonText(value);
  } catch {
    throw refuse('JSONObject is nested too deep.');
  }
}

/** The JSON text of a literal, with numbers as they are written in the document. */
function literalJson(node: ValueNode, variables: Record<string, unknown>): string {
  switch (node.kind) {
    case Kind.OBJECT: {
      const fields = node.fields.map(
        ({ name, value }) => `${JSON.stringify(name.value)}:${literalJson(value, variables)}`,
      );
      return `{${fields.join(',')}}`;
    }
    case Kind.LIST:
      return `[${node.values.map((value) => literalJson(value, variables)).join(',')}]`;
    case Kind.VARIABLE:
      return toJsonText(variables[node.name.value] ?? null);
    case Kind.NULL:
      return 'null';
    case Kind.INT:
    case Kind.FLOAT:
      return node.value;
    default:
      return JSON.stringify(node.value);
  }
}

function literalText(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : node.kind;
}

/** The value for an error message, shortened. */
function shown(value: unknown): string {
  const text = typeof value === 'object' ? (Array.isArray(value) ? 'a list' : 'an object') : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const refuse = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
