import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { useExactNumbers } from '../../src/graphql/exact-numbers.ts';

const schema = buildSchema(`
  scalar JSONObject
  input Plain { number: Float, again: Plain }
  input Holding { plain: Plain, again: Holding, json: [JSONObject!] }
  input Outer { again: Outer, holding: [Holding!]! }
  type Query { number(value: Float, plain: Plain, json: JSONObject, outer: Outer, unknown: String): Float }
`);

/** The variables that an operation is executed with. */
function variablesOf(query: string, operationName?: string): unknown {
  const args = { document: parse(query), operationName, variableValues: 'as they were' };
  const context = { exactText: '{"variables":{"a":1.0}}' };
  useExactNumbers(schema).onExecute?.({ args, context } as never);
  return args.variableValues;
}

const exactly = { a: 1 };
it.for([
  ['query { number }', 'as they were'],
  ['query ($a: Float) { number(value: $a) }', 'as they were'],
  ['query ($a: Plain) { number(plain: $a) }', 'as they were'],
  ['query ($a: Unknown) { number(unknown: $a) }', 'as they were'],
  ['query ($a: JSONObject!) { number(json: $a) }', exactly],
  ['query ($b: Float, $a: Outer!) { number(outer: $a, value: $b) }', exactly],
])('reads numbers exactly only where %s takes JSON', ([query, expected]) => {
  expect(variablesOf(query as string)).toEqual(expected);
});

it('goes by the operation that is executed', () => {
  const two = 'query A { number } query B($a: JSONObject) { number(json: $a) }';
  expect(variablesOf(two, 'A')).toBe('as they were');
  expect(variablesOf(two, 'B')).toEqual(exactly);
});
