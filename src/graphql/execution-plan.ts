import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { type ArgumentPlan, planArguments } from './argument-plan.ts';

/**
 * The plan of an operation: what is selected of each type, put together once and not in each execution. It depends on the schema, on the
 * document, and on the conditions of `@skip` and `@include`. `execute-plan.ts` carries it out.
 */
export interface Plan {
  readonly fields: readonly FieldPlan[];
  readonly isMutation: boolean;
  /** How many fields it has, over all types that a value can be of. */
  readonly size: number;
}

/** A response key of an object type: all selections that are merged under it. */
export interface FieldPlan {
  readonly key: string;
  readonly parent: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly args: readonly ArgumentPlan[];
  readonly shape: Shape;
}

/** What a value is completed to. `required`: null is an error. */
export type Shape =
  | { readonly kind: 'leaf'; readonly required: boolean; readonly type: GraphQLLeafType }
  | { readonly kind: 'list'; readonly required: boolean; readonly item: Shape }
  | { readonly kind: 'object'; readonly required: boolean; readonly fields: readonly FieldPlan[] }
  | {
      readonly kind: 'abstract';
      readonly required: boolean;
      readonly type: GraphQLAbstractType;
      /** By the name of the type that the value turns out to be of. */
      readonly fields: ReadonlyMap<string, readonly FieldPlan[]>;
    };

/** Why an operation has no plan, and is left to the executor. */
class NotPlannedError extends Error {}

/**
 * Makes the plan of a query or mutation that is valid. Null where it would be larger than `maxSize`, as when fragments multiply; where a
 * response key is `__proto__`, which is no key of a plain object; where a type has `isTypeOf`; and where a condition is not known. `conditions` are the
 * values of variables in `@skip` and `@include`, null where they are not booleans.
 */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: ReadonlyMap<string, boolean | null>,
  maxSize: number,
): Plan | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const root = schema.getRootType(operation.operation);
  if (!root) return null;
  let size = 0;
  try {
    const fields = planFields(root, [operation.selectionSet]);
    return { fields, isMutation: operation.operation === 'mutation', size };
  } catch (error) {
    if (error instanceof NotPlannedError) return null;
    throw error;
  }

  function planFields(parent: GraphQLObjectType, sets: readonly SelectionSetNode[]): FieldPlan[] {
    if (parent.isTypeOf) throw new NotPlannedError();
    const nodesByKey = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const set of sets) collect(set, parent, nodesByKey, spread);
    return [...nodesByKey].flatMap(([key, nodes]) => planField(parent, key, nodes) ?? []);
  }

  function planField(parent: GraphQLObjectType, key: string, nodes: FieldNode[]): FieldPlan | null {
    const [node] = nodes as [FieldNode];
    const definition = definitionOf(parent, node.name.value);
    if (!definition) return null;
    size++;
    if (size > maxSize || key === '__proto__') throw new NotPlannedError();
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const args = planArguments(definition, node);
    if (!args) throw new NotPlannedError();
    return { key, parent, definition, nodes, args, shape: planShape(definition.type, sets) };
  }

  function planShape(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Shape {
    const required = isNonNullType(type);
    const nullable = required ? type.ofType : type;
    if (isListType(nullable)) return { kind: 'list', required, item: planShape(nullable.ofType, sets) };
    if (isLeafType(nullable)) return { kind: 'leaf', required, type: nullable };
    if (isObjectType(nullable)) return { kind: 'object', required, fields: planFields(nullable, sets) };
    const possible = schema.getPossibleTypes(nullable);
    const fields = new Map(possible.map((object) => [object.name, planFields(object, sets)]));
    return { kind: 'abstract', required, type: nullable, fields };
  }

  /** The fields that a selection has of an object type. Each fragment counts once, where it is spread first. */
  function collect(
    set: SelectionSetNode,
    type: GraphQLObjectType,
    into: Map<string, FieldNode[]>,
    spread: Set<string>,
  ) {
    for (const selection of set.selections) {
      if (!isIncluded(selection, conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = into.get(key);
        if (nodes) nodes.push(selection);
        else into.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value, type)) collect(selection.selectionSet, type, into, spread);
        continue;
      }
      const name = selection.name.value;
      const fragment = fragments.get(name);
      if (spread.has(name) || !fragment || !applies(fragment.typeCondition.name.value, type)) continue;
      spread.add(name);
      collect(fragment.selectionSet, type, into, spread);
    }
  }

  function applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = schema.getType(condition);
    return isAbstractType(conditional) && schema.isSubType(conditional, type);
  }

  function definitionOf(parent: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
    if (parent === schema.getQueryType())
      for (const meta of [SchemaMetaFieldDef, TypeMetaFieldDef]) if (name === meta.name) return meta;
    return parent.getFields()[name];
  }
}

function isIncluded({ directives = [] }: SelectionNode, conditions: ReadonlyMap<string, boolean | null>): boolean {
  return directives.every(({ name, arguments: args }) => {
    const value = args?.find((given) => given.name.value === 'if')?.value;
    if (value?.kind !== Kind.VARIABLE && value?.kind !== Kind.BOOLEAN) return true;
    const given = value.kind === Kind.VARIABLE ? conditions.get(value.name.value) : value.value;
    if (typeof given !== 'boolean') throw new NotPlannedError();
    return name.value === 'skip' ? !given : given;
  });
}
