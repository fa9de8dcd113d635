import {
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** The length of a list of introspection: the largest, and the average over all objects that have it. */
interface Size {
  readonly most: number;
  readonly average: number;
}

/** The lengths of introspection lists in this schema by coordinate, such as `__Type.fields`, for the cost of an operation. */
export function introspectionSizes(schema: GraphQLSchema): ReadonlyMap<string, Size> {
  const types = Object.values(schema.getTypeMap());
  const fields = types.flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? [Object.values(type.getFields())] : [],
  );
  const inputFields = types.flatMap((type) => (isInputObjectType(type) ? [Object.values(type.getFields())] : []));
  const values = types.flatMap((type) => (isEnumType(type) ? [type.getValues()] : []));
  const interfaces = types.flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? [type.getInterfaces()] : [],
  );
  const possible = types.flatMap((type) => (isAbstractType(type) ? [schema.getPossibleTypes(type)] : []));
  const fieldArgs = fields.flat().map(({ args }) => args);
  const directiveArgs = schema.getDirectives().map(({ args }) => args);
  return new Map([
    ['__Schema.types', sizeOf([types], 1)],
    ['__Schema.directives', sizeOf([schema.getDirectives()], 1)],
    ['__Type.fields', sizeOf(fields, types.length)],
    ['__Type.inputFields', sizeOf(inputFields, types.length)],
    ['__Type.enumValues', sizeOf(values, types.length)],
    ['__Type.interfaces', sizeOf(interfaces, types.length)],
    ['__Type.possibleTypes', sizeOf(possible, types.length)],
    ['__Field.args', sizeOf(fieldArgs, fieldArgs.length)],
    ['__Directive.args', sizeOf(directiveArgs, directiveArgs.length)],
  ]);
}

function sizeOf(lists: readonly (readonly unknown[])[], objects: number): Size {
  const lengths = lists.map(({ length }) => length);
  return { most: Math.max(1, ...lengths), average: lengths.reduce((sum, length) => sum + length, 0) / objects };
}
