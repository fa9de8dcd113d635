import { buildSchema } from 'graphql';
import { expect, it } from 'vitest';
import { introspectionSizes } from '../../src/graphql/introspection-sizes.ts';

const schema = buildSchema(`
  directive @one(a: Int, b: Int, c: Int) on FIELD
  interface Named { name(short: Boolean, long: Boolean): String }
  interface Aged { age: Int }
  type Person implements Named & Aged { name(short: Boolean, long: Boolean): String, age: Int, friend: Person }
  type Pet implements Named { name(short: Boolean, long: Boolean): String }
  union Being = Person | Pet
  enum Colour { RED, GREEN, BLUE, BLACK }
  input Filter { a: Int, b: Int, c: Int, d: Int, e: Int }
  type Query { being(filter: Filter): Being }
`);

it('counts every list of introspection: the longest one, and all of them', () => {
  const sizes = introspectionSizes(schema);
  const types = Object.keys(schema.getTypeMap()).length;
  const introspection = Object.values(schema.getTypeMap()).filter(({ name }) => name.startsWith('__'));
  const fieldsOf = (type: object) =>
    'getFields' in type
      ? Object.values((type as { getFields(): Record<string, { args: unknown[] }> }).getFields())
      : [];
  const valuesOf = (type: object) => ('getValues' in type ? (type as { getValues(): unknown[] }).getValues() : []);
  const ofIntrospection = introspection.flatMap(fieldsOf);
  const fields = 7 + ofIntrospection.length;
  const total = (name: string, objects: number) => Math.round((sizes.get(name)?.average ?? 0) * objects);
  const found = {
    fields: total('__Type.fields', types),
    inputFields: total('__Type.inputFields', types),
    enumValues: total('__Type.enumValues', types),
    interfaces: total('__Type.interfaces', types),
    possibleTypes: total('__Type.possibleTypes', types),
    fieldArgs: total('__Field.args', fields),
    types: total('__Schema.types', 1),
    directives: total('__Schema.directives', 1),
  };
  expect(found).toEqual({
    fields,
    inputFields: 5,
    enumValues: 4 + introspection.flatMap(valuesOf).length,
    interfaces: 3,
    // of Named, Aged and Being
    possibleTypes: 2 + 1 + 2,
    fieldArgs: 7 + ofIntrospection.flatMap(({ args }) => args).length,
    types,
    directives: schema.getDirectives().length,
  });
  expect(sizes.get('__Type.inputFields')?.most).toBe(5);
  expect(sizes.get('__Type.interfaces')?.most).toBe(2);
  expect(sizes.get('__Type.possibleTypes')?.most).toBe(2);
  expect(sizes.get('__Directive.args')?.most).toBe(3);
});
