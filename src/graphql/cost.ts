import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
} from 'graphql';
import { introspectionSizes } from './introspection-sizes.ts';
import { maxPageSize } from './page-size.ts';

type Variables = Readonly<Record<string, unknown>>;

/** What an operation takes, before it runs. */
export interface Cost {
  /** Points, of the caller's budget. */
  readonly cost: number;
  /** The fields that its answer can have, each counted as often as it stands there. */
  readonly fields: number;
}

export type CostOf = (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) => Cost;

const defaultPageSize = 20;
/** Items of a list of objects that has neither a page size nor a size of its own; most have fewer. */
const usualListSize = 10;
/** A point more for so many fields of the answer, and for so many tokens of the document, which took time to check. */
const [fieldsPerPoint, tokensPerPoint] = [100, 200];

/** Where a selection stands: right under a page, whose lists are as long as the page; in all types of the schema; or elsewhere. */
type Place = 'page' | 'types' | 'elsewhere';

interface Sum {
  readonly points: number;
  readonly fields: number;
}

interface Rule {
  readonly weight: number;
  readonly multiplier: string | null;
  readonly size: number;
}

/**
 * Reckons operations of a schema. A field costs its `@cost` weight (1 for an object, 0 for a scalar without one, and in
 * introspection), plus the cost of what is selected under it times the page size that its multiplier argument asks for. So
 * are the fields of the answer counted, where lists without a page count as long as they can be. Fragments count wherever
 * they are spread, in time that grows with the document alone.
 */
export function createCosts(schema: GraphQLSchema): CostOf {
  const rules = rulesOf(schema);
  const sizes = introspectionSizes(schema);
  return (document, operation, variables) => {
    const root = schema.getRootType(operation.operation);
    if (!root) return { cost: 0, fields: 0 };
    const reckon = reckoner(schema, rules, sizes, document, withDefaults(operation, variables));
    const { points, fields } = reckon(operation.selectionSet, root, 'elsewhere');
    const surcharge = Math.floor(fields / fieldsPerPoint) + Math.floor((document.tokenCount ?? 0) / tokensPerPoint);
    return { cost: points + surcharge, fields: Math.ceil(fields) };
  };
}

function rulesOf(schema: GraphQLSchema): ReadonlyMap<unknown, Rule> {
  const directive = schema.getDirective('cost');
  if (!directive) throw new Error('the SDL lacks @cost');
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [],
  );
  return new Map(
    fields.map((field) => {
      const given = field.astNode && getDirectiveValues(directive, field.astNode);
      const multiplier = given?.multiplier ? String(given.multiplier) : null;
      const weight = given ? Number(given.weight) : isCompositeType(getNamedType(field.type)) ? 1 : 0;
      return [field, { weight, multiplier, size: Number(given?.size ?? usualListSize) }];
    }),
  );
}

function reckoner(
  schema: GraphQLSchema,
  rules: ReadonlyMap<unknown, Rule>,
  sizes: ReturnType<typeof introspectionSizes>,
  document: DocumentNode,
  values: Variables,
) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const known = new Map<string, Sum>();
  return ofSelections;

  function ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType, place: Place): Sum {
    let [points, fields] = [0, 0];
    for (const selection of selections) {
      const sum =
        selection.kind === Kind.FIELD
          ? ofField(selection, type, place)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? ofSelections(selection.selectionSet, narrowed(selection.typeCondition?.name.value, type), place)
            : ofFragment(selection.name.value, type, place);
      points += sum.points;
      fields += sum.fields;
    }
    return { points, fields };
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType, place: Place): Sum {
    const field = fieldOf(parent, node.name.value);
    const type = field && getNamedType(field.type);
    const rule = rules.get(field) ?? { weight: 1, multiplier: null, size: usualListSize };
    if (!field || !isCompositeType(type) || !node.selectionSet)
      return { points: rules.get(field)?.weight ?? 0, fields: 1 };
    const list = isListType(getNullableType(field.type));
    if (isIntrospectionType(type)) {
      const inner = ofSelections(node.selectionSet, type, introspecting(field.name, type, place));
      const size = list ? introspected(`${parent.name}.${field.name}`, place) : 1;
      return { points: parent === schema.getQueryType() ? 1 : 0, fields: 1 + size * inner.fields };
    }
    if (rule.multiplier === null) {
      const inner = ofSelections(node.selectionSet, type, 'elsewhere');
      const size = list && place !== 'page' ? rule.size : 1;
      return { points: rule.weight + inner.points, fields: 1 + size * inner.fields };
    }
    const inner = ofSelections(node.selectionSet, type, list ? 'elsewhere' : 'page');
    const size = pageSize(node, field, rule.multiplier, values);
    return { points: rule.weight + size * inner.points, fields: 1 + size * inner.fields };
  }

  /** A fragment costs the same at every place of a kind, so it is reckoned once for each. */
  function ofFragment(name: string, type: GraphQLCompositeType, place: Place): Sum {
    const key = `${place} ${name}`;
    const fragment = fragments.get(name);
    const sum =
      known.get(key) ??
      (fragment
        ? ofSelections(fragment.selectionSet, narrowed(fragment.typeCondition.name.value, type), place)
        : { points: 0, fields: 0 });
    known.set(key, sum);
    return sum;
  }

  function narrowed(name: string | undefined, type: GraphQLCompositeType): GraphQLCompositeType {
    const condition = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(condition) ? condition : type;
  }

  function fieldOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  }

  function introspected(coordinate: string, place: Place): number {
    const size = sizes.get(coordinate);
    return (place === 'types' ? size?.average : size?.most) ?? 1;
  }
}

/** What is selected of all types is as long as in the average type; of a type that another one leads to, as in the largest. */
function introspecting(field: string, type: GraphQLCompositeType, place: Place): Place {
  if (field === 'types') return 'types';
  return type.name === '__Type' ? 'elsewhere' : place;
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
