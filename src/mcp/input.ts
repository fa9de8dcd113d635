import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromASTUntyped,
} from 'graphql';
import { z } from 'zod';
import { destinationsOf } from './variable-targets.ts';

/** What a tool takes: the variables of its operation, by name, and nothing else. Null says the same as nothing. */
export interface Input {
  readonly schema: Validator;
  /** Arguments as the operation wants them: cq's enum values are in lower case, GraphQL's in upper case. */
  toVariables(args: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** A message about an argument or input field, in the words of the tool. */
  reword(message: string): string;
}

type Validator = Pick<z.ZodType<Record<string, unknown>>, '~standard'>;

/** The input of an operation's tool. Each description is the variable's own, and that of the field it goes into. */
export function inputOf(schema: GraphQLSchema, operation: OperationDefinitionNode): Input {
  const destinations = destinationsOf(schema, operation);
  const variables = (operation.variableDefinitions ?? []).map((node) => {
    const name = node.variable.name.value;
    const type = typeFromAST(schema, node.type) as GraphQLInputType;
    const text = [node.description?.value, destinations.get(name)?.description]
      .filter((part) => part !== undefined)
      .join(' ');
    return { name, type, shape: withDefault(shapeOf(type), node).describe(text.replaceAll('\n', ' ')) };
  });
  const enums = variables.filter(({ type }) => isEnumType(getNamedType(type))).map(({ name }) => name);
  return {
    schema: ignoringNulls(z.strictObject(Object.fromEntries(variables.map(({ name, shape }) => [name, shape])))),
    toVariables: (args) =>
      Object.fromEntries(
        Object.entries(args).map(([name, value]) => [
          name,
          enums.includes(name) && typeof value === 'string' ? value.toUpperCase() : value,
        ]),
      ),
    reword(message) {
      for (const [name, { path }] of destinations)
        if (message.startsWith(`${path} `) || message.startsWith(`${path}.`)) return name + message.slice(path.length);
      return message;
    },
  };
}

function shapeOf(type: GraphQLInputType): z.ZodType {
  if (!isNonNullType(type)) return required(type).optional();
  return required(type.ofType);
}

function required(type: GraphQLInputType): z.ZodType {
  if (isListType(type)) return z.array(shapeOf(type.ofType));
  if (isEnumType(type)) return z.enum(type.getValues().map(({ name }) => name.toLowerCase()));
  switch (String(type)) {
    case 'ID':
    case 'String':
      return z.string();
    case 'Int':
      return z.int32();
    case 'Float':
      return z.number();
    case 'Boolean':
      return z.boolean();
    default:
      throw new Error(`a tool cannot take a variable of the type ${type}`);
  }
}

function withDefault(shape: z.ZodType, { defaultValue }: VariableDefinitionNode): z.ZodType {
  return defaultValue ? shape.default(valueFromASTUntyped(defaultValue)) : shape;
}

function ignoringNulls(shape: z.ZodType<Record<string, unknown>>): Validator {
  const standard = shape['~standard'];
  const withoutNulls = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null))
      : value;
  return { '~standard': { ...standard, validate: (value) => standard.validate(withoutNulls(value)) } };
}
