import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromASTUntyped,
} from 'graphql';
import { type Bounds, boundsAt } from './bounds.ts';
import { variableTargets } from './variable-targets.ts';

/** What a value, or an item of a list, is. Of an enum the values are in lower case, as cq has them. */
export type ValueType =
  | { readonly kind: 'string' | 'id' | 'integer' | 'number' | 'boolean' }
  | { readonly kind: 'enum'; readonly values: readonly string[] };

/** A parameter of a tool: a variable of its operation. */
export interface Parameter {
  readonly name: string;
  /** The variable's description, then that of the argument or input field that it goes into. */
  readonly description: string;
  readonly type: ValueType;
  readonly isList: boolean;
  readonly isRequired: boolean;
  /** What holds where it is not given; undefined for nothing. */
  readonly standard: unknown;
  readonly bounds: Bounds;
  /** Where GraphQL's errors place it: `filter.domains`. */
  readonly path: string;
}

/** The parameters of a tool, from its operation. */
export function parametersOf(schema: GraphQLSchema, operation: OperationDefinitionNode): Parameter[] {
  const targets = variableTargets(schema, operation);
  return (operation.variableDefinitions ?? []).map((node) => {
    const name = node.variable.name.value;
    const target = targets.get(name);
    if (!target) throw new Error(`the variable $${name} is not the whole of an argument or input field`);
    const type = typeFromAST(schema, node.type) as GraphQLInputType;
    const texts = [node.description?.value, target.description].filter((part) => part !== undefined);
    return {
      name,
      description: texts.join(' ').replaceAll('\n', ' '),
      type: valueType(type),
      isList: isListType(getNullableType(type)),
      isRequired: isNonNullType(type),
      standard: node.defaultValue ? valueFromASTUntyped(node.defaultValue) : undefined,
      bounds: boundsAt(target.coordinate),
      path: target.path,
    };
  });
}

function valueType(type: GraphQLInputType): ValueType {
  const named = getNamedType(type);
  const item = getNullableType(type);
  if (isListType(item) && isListType(getNullableType(item.ofType))) throw new Error(`a parameter cannot be a ${type}`);
  if (isEnumType(named)) return { kind: 'enum', values: named.getValues().map(({ name }) => name.toLowerCase()) };
  switch (named.name) {
    case 'ID':
      return { kind: 'id' };
    case 'String':
      return { kind: 'string' };
    case 'Int':
      return { kind: 'integer' };
    case 'Float':
      return { kind: 'number' };
    case 'Boolean':
      return { kind: 'boolean' };
    default:
      throw new Error(`a parameter cannot be a ${type}`);
  }
}
