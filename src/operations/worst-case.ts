import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { maxPageSize } from '../graphql/page-size.ts';

/** So deep is a place in an input that counts for the cost. */
const maxDepth = 4;

/**
 * Variables with which an operation costs the most: every page and list as long as may be, and of what has a default that, unless
 * `ignoreDefaults`. Selections under a condition count whatever its default, since they are there to be asked for.
 */
export function worstVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  ignoreDefaults: boolean,
): Record<string, unknown> {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, type, defaultValue }): [string, unknown][] => {
      // null is no condition, and what it includes counts
      if (defaultValue?.kind === Kind.BOOLEAN) return [[variable.name.value, null]];
      if (defaultValue && defaultValue.kind !== Kind.NULL && !ignoreDefaults) return [];
      const input = typeFromAST(schema, type as never) as unknown;
      return [[variable.name.value, isInputType(input) ? worst(input, 0) : null]];
    }),
  );
}

/** What counts of a value is a number, the length of a list, and what an object has of these. */
function worst(given: GraphQLInputType, depth: number): unknown {
  const type = getNullableType(given);
  if (isListType(type)) return Array.from({ length: maxPageSize }, () => null);
  if (isInputObjectType(type) && depth < maxDepth)
    return Object.fromEntries(Object.values(type.getFields()).map(({ name, type }) => [name, worst(type, depth + 1)]));
  return String(type) === 'Int' ? maxPageSize : null;
}
