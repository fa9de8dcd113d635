import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { maxPageSize } from './page-size.ts';

type Variables = Readonly<Record<string, unknown>>;

const defaultPageSize = 20;

/**
 * The cost of an operation before it runs: a field costs its `@cost` weight (1 for an object, 0 for a scalar without
 * one), plus the cost of what is selected under it times the page size that its multiplier argument asks for.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  const directive = schema.getDirective('cost');
  if (!directive) throw new Error('the SDL lacks @cost');
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const fragmentCosts = new Map<string, number>();
  const values = withDefaults(operation, variables);
  const root = schema.getRootType(operation.operation);
  return root ? ofSelections(operation.selectionSet, root) : 0;

  function ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType): number {
    return selections.reduce((sum, selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return sum + ofField(selection, type);
        case Kind.INLINE_FRAGMENT:
          return sum + ofSelections(selection.selectionSet, narrowed(selection.typeCondition?.name.value, type));
        default:
          return sum + ofFragment(selection.name.value, type);
      }
    }, 0);
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 0;
    const type = getNamedType(field.type);
    const rule = field.astNode && getDirectiveValues(directive as NonNullable<typeof directive>, field.astNode);
    const weight = rule ? Number(rule.weight) : isCompositeType(type) ? 1 : 0;
    const size = rule?.multiplier ? pageSize(node, field, String(rule.multiplier), values) : 1;
    const inner = node.selectionSet && isCompositeType(type) ? ofSelections(node.selectionSet, type) : 0;
    return weight + size * inner;
  }

  /** A fragment costs the same wherever it is spread, so it is reckoned once. */
  function ofFragment(name: string, type: GraphQLCompositeType): number {
    const known = fragmentCosts.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    if (!fragment) return 0;
    const cost = ofSelections(fragment.selectionSet, narrowed(fragment.typeCondition.name.value, type));
    fragmentCosts.set(name, cost);
    return cost;
  }

  function narrowed(name: string | undefined, type: GraphQLCompositeType): GraphQLCompositeType {
    const condition = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(condition) ? condition : type;
  }
}

/** The variables, and the defaults that the operation declares for the ones that were not sent. */
function withDefaults({ variableDefinitions }: OperationDefinitionNode, variables: Variables): Variables {
  const defaults = (variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, constant(defaultValue)] as const] : [],
  );
  const sent = Object.entries(variables).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(sent) };
}

/** As much of a literal as a page size can be: a number, or a list. */
function constant(value: ValueNode): unknown {
  if (value.kind === Kind.LIST) return value.values;
  return value.kind === Kind.INT ? Number(value.value) : undefined;
}

/** The page size that a field asks for. One that is out of range is refused later, and costs no more than the largest. */
function pageSize(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  multiplier: string,
  variables: Variables,
): number {
  const sizes = [multiplier, 'last'].map((name) => sizeOf(argument(node, name, variables)));
  const declared = field.args.find(({ name }) => name === multiplier)?.astNode?.defaultValue;
  const standard = declared?.kind === Kind.INT ? Number(declared.value) : defaultPageSize;
  const size = Math.max(...sizes.map((asked) => asked ?? 0)) || standard;
  return Math.min(Math.max(size, 1), maxPageSize);
}

function argument(node: FieldNode, name: string, variables: Variables): unknown {
  const value = node.arguments?.find((given) => given.name.value === name)?.value;
  if (!value) return undefined;
  return value.kind === Kind.VARIABLE ? variables[value.name.value] : constant(value);
}

function sizeOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? value : undefined;
}
