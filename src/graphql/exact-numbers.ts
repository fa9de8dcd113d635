import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInputObjectType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { parseExactly } from '../domain/json-text.ts';

export interface RequestWithNumbers {
  /** The request body, if it has numbers that `JSON.parse` would change. */
  exactText?: string;
}

/**
 * Yoga plugin, after the cost limit: numbers in variables of `JSONObject` are read as they were written. Only then, since the
 * exact parser takes many times as long as `JSON.parse`: until here a request has paid a single point.
 */
export function useExactNumbers(schema: GraphQLSchema): Plugin<object, RequestWithNumbers> {
  return {
    onExecute({ args, context }) {
      const { exactText } = context as RequestWithNumbers;
      if (exactText === undefined) return;
      const operation = getOperationAST(args.document, args.operationName);
      if (operation && takesJson(schema, operation))
        args.variableValues = (parseExactly(exactText) as GraphQLParams).variables;
    },
  };
}

/** Whether an operation has a variable that is, or holds, a `JSONObject`. */
function takesJson(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode): boolean {
  const seen = new Set<string>();
  const holdsJson = (type: GraphQLNamedType): boolean => {
    if (type.name === 'JSONObject') return true;
    if (seen.has(type.name) || !isInputObjectType(type)) return false;
    seen.add(type.name);
    return Object.values(type.getFields()).some((field) => holdsJson(getNamedType(field.type)));
  };
  return variableDefinitions.some((definition) => {
    const type = typeFromAST(schema, definition.type);
    return type !== undefined && holdsJson(getNamedType(type));
  });
}
