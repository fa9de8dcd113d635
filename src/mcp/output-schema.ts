import {
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { JsonSchema } from './json-schema.ts';

/** The schema of one error in a tool result. */
const error: JsonSchema = {
  type: 'object',
  properties: {
    code: { type: 'string' },
    message: { type: 'string' },
    parameter: { type: 'string', description: 'The parameter that the error is about.' },
    retryAfterSeconds: { type: 'number' },
  },
  required: ['code', 'message'],
};

/**
 * The output schema of a tool, from what its operation selects: its data as `tool-result.ts` makes them, or `errors`. Clients hold results
 * with `isError` to it too.
 */
export function outputSchema(schema: GraphQLSchema, operation: OperationDefinitionNode): JsonSchema {
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`the SDL has no ${operation.operation}`);
  const { properties, alternatives } = dataOf(root, operation.selectionSet);
  return {
    type: 'object',
    properties: { ...properties, errors: { type: 'array', minItems: 1, items: error } },
    anyOf: [...alternatives, ['errors']].map((required) => ({ required })),
  };
}

interface DataSchema {
  readonly properties: Record<string, JsonSchema>;
  /** The fields of which the data have all, for one of these lists. */
  readonly alternatives: readonly (readonly string[])[];
}

/** The fields of the data: those of the only root field, or all root fields. */
function dataOf(root: GraphQLObjectType, selected: SelectionSetNode): DataSchema {
  const [only, ...others] = selected.selections;
  const whole = ({ properties, required }: ObjectSchema) => ({ properties, alternatives: [required] });
  if (only?.kind !== Kind.FIELD || others.length > 0 || !only.selectionSet) return whole(objectOf(root, selected));
  const type = getNullableType(root.getFields()[only.name.value]?.type);
  if (!isObjectType(type)) return whole(objectOf(root, selected));
  const data = objectOf(type, only.selectionSet);
  const { userErrors, ...properties } = data.properties;
  if (!userErrors) return whole(data);
  // of a payload one field is there: the others are left out, and none is there beside errors
  const present = Object.entries(properties).map(([name, property]) => [name, nonNull(property)]);
  return {
    properties: Object.fromEntries(present),
    alternatives: data.required.filter((name) => name !== 'userErrors').map((name) => [name]),
  };
}

interface ObjectSchema extends JsonSchema {
  readonly type: 'object';
  readonly properties: Record<string, JsonSchema>;
  readonly required: readonly string[];
}

function objectOf(type: GraphQLCompositeType, { selections }: SelectionSetNode): ObjectSchema {
  const fields = selections.flatMap((selection): [string, JsonSchema][] => {
    // only the errors of mutations are selected by fragments
    if (selection.kind !== Kind.FIELD) return [];
    const field = isObjectType(type) ? type.getFields()[selection.name.value] : undefined;
    if (!field) throw new Error(`${type}.${selection.name.value} cannot be described`);
    const { description } = field;
    const value = schemaOf(field.type, selection.selectionSet);
    return [[(selection.alias ?? selection.name).value, { ...value, ...(description && { description }) }]];
  });
  const optional = new Set(
    selections.flatMap((selection) =>
      selection.kind === Kind.FIELD && selection.directives?.length ? [(selection.alias ?? selection.name).value] : [],
    ),
  );
  const required = fields.map(([name]) => name).filter((name) => !optional.has(name));
  return { type: 'object', properties: Object.fromEntries(fields), required };
}

function schemaOf(type: GraphQLOutputType, selected: SelectionSetNode | undefined): JsonSchema {
  if (!isNonNullType(type)) return orNull(required(type, selected));
  return required(type.ofType, selected);
}

function required(type: GraphQLOutputType, selected: SelectionSetNode | undefined): JsonSchema {
  if (isListType(type)) return { type: 'array', items: schemaOf(type.ofType, selected) };
  if (isCompositeType(type)) {
    if (!selected) throw new Error(`nothing is selected of a ${type}`);
    return isObjectType(type) ? objectOf(type, selected) : { type: 'object' };
  }
  // a client that remembers the schema is not to refuse a value that is new
  if (isEnumType(type) && !type.description?.includes('New values may be added'))
    return { type: 'string', enum: type.getValues().map(({ name }) => name) };
  switch (String(type)) {
    case 'Int':
      return { type: 'integer' };
    case 'Float':
      return { type: 'number' };
    case 'Boolean':
      return { type: 'boolean' };
    case 'DateTime':
      return { type: 'string', format: 'date-time' };
    case 'JSONObject':
      // in an executed operation it is text, until all of the answer is written (`domain/json-text.ts`)
      throw new Error('a tool cannot answer a JSONObject');
    default:
      return { type: 'string' };
  }
}

function orNull({ enum: values, ...schema }: JsonSchema): JsonSchema {
  return { ...schema, type: [schema.type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }) };
}

function nonNull(schema: JsonSchema): JsonSchema {
  return Array.isArray(schema.type) ? { ...schema, type: schema.type[0] } : schema;
}
