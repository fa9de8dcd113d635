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
import { variableTargets } from './variable-targets.ts';

/** The input of a tool: the variables of its operation, by name, and nothing else. Null arguments are dropped. */
export interface ToolInput {
  readonly schema: Validator;
  /** Converts arguments to variables: enum values are in lower case in cq, and in upper case in GraphQL. */
  toVariables(args: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Rewrites an error message: the path of a GraphQL input field becomes the name of the tool's parameter. */
  reword(message: string): string;
}

type Validator = Pick<z.ZodType<Record<string, unknown>>, '~standard'>;

/** Derives a tool's input schema from an operation. A description is the variable's, then that of the input field it goes into. */
export function toolInput(schema: GraphQLSchema, operation: OperationDefinitionNode): ToolInput {
  const targets = variableTargets(schema, operation);
  const variables = (operation.variableDefinitions ?? []).map((node) => {
    const name = node.variable.name.value;
    const type = typeFromAST(schema, node.type) as GraphQLInputType;
    const text = [node.description?.value, targets.get(name)?.description]
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
      for (const [name, { path }] of targets)
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
      throw new Error(`no JSON Schema for a variable of the type ${type}`);
  }
}

function withDefault(shape: z.ZodType, { defaultValue }: VariableDefinitionNode): z.ZodType {
  return defaultValue ? shape.default(valueFromASTUntyped(defaultValue)) : shape;
}

/** Drops null arguments before validation. */
function ignoringNulls(shape: z.ZodType<Record<string, unknown>>): Validator {
  const standard = shape['~standard'];
  const withoutNulls = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null))
      : value;
  return { '~standard': { ...standard, validate: (value) => standard.validate(withoutNulls(value)) } };
}
