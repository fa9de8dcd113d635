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
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
} from 'graphql';
import { introspectionSizes } from './introspection-sizes.ts';
import { maxPageSize } from './page-size.ts';

/**
 * Query cost (complexity) from the `@cost` directives in schema/*.graphql, which hold the weights; the directive itself is in
 * schema/base.graphql. REST routes have their own costs, as `cost` in `src/rest/*.ts`. `cost-limit.ts` enforces both limits.
 */

type Variables = Readonly<Record<string, unknown>>;

/** Reads the variables of an operation, and remembers what it has read. */
type Read = (name: string, path: readonly string[], part: Part) => unknown;
/** What counts of the value of a variable: a condition as it is, and of a page size the number. */
type Part = (value: unknown) => unknown;

interface Reading {
  readonly name: string;
  readonly path: readonly string[];
  readonly part: Part;
  readonly value: unknown;
}

/** The last cost of an operation, and all that was read of its variables for it. */
interface Known extends Cost {
  readonly readings: readonly Reading[];
}

/** The cost of an operation, known before it is executed. */
export interface Cost {
  /** Points of the caller's cost limit. */
  readonly cost: number;
  /** The most fields that the response can have. */
  readonly fields: number;
}

export type CostOf = (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) => Cost;

const defaultPageSize = 20;
/** The assumed length of a list of objects without a page size and without `@cost(size:)`. */
const defaultListSize = 10;
/** Surcharge: a point for every 100 fields of the response and for every 200 tokens of the document. */
const [fieldsPerPoint, tokensPerPoint] = [100, 200];

/** Where a selection is: directly under a connection, whose lists have the page's length; under `__schema.types`; elsewhere. */
type Place = 'page' | 'types' | 'elsewhere';

interface Sum {
  readonly points: number;
  readonly fields: number;
}

interface Rule {
  readonly weight: number;
  /** Arguments, or places in them such as `input.ids`; the greatest counts. */
  readonly multipliers: readonly string[] | null;
  readonly each: number;
  readonly size: number;
}

/**
 * Creates a function that computes the cost of operations on a schema. A field costs its `@cost` weight (without one: 1 for an
 * object, 0 for a scalar and in introspection), plus the cost of its selections, and `each`, times the page size in its multiplier
 * argument.
 * The fields of the response are counted in the same way, where a list without a page size counts as `@cost(size:)` items.
 * Selections that `@include` or `@skip` leaves out do not count. Fragments count wherever they are spread, and are computed once,
 * so that the time is linear in the size of the document. The last cost of an operation is remembered with its document, and stands while
 * the page sizes and conditions in variables that it came from are the same.
 */
export function createCostCalculator(schema: GraphQLSchema): CostOf {
  const rules = rulesOf(schema);
  const sizes = introspectionSizes(schema);
  // by document and operation: a document may be given with an operation of another
  const known = new WeakMap<DocumentNode, WeakMap<OperationDefinitionNode, Known>>();
  return (document, operation, variables) => {
    const root = schema.getRootType(operation.operation);
    if (!root) return { cost: 0, fields: 0 };
    const variable = valuesWithDefaults(operation, variables);
    let ofDocument = known.get(document);
    if (!ofDocument) {
      ofDocument = new WeakMap();
      known.set(document, ofDocument);
    }
    const last = ofDocument.get(operation);
    // what is read depends on nothing but what was read before it
    if (last?.readings.every(({ name, path, part, value }) => part(inner(variable(name), path)) === value)) return last;
    const readings: Reading[] = [];
    const read: Read = (name, path, part) => {
      const value = part(inner(variable(name), path));
      readings.push({ name, path, part, value });
      return value;
    };
    const costOf = costFunction(schema, rules, sizes, document, read);
    const { points, fields } = costOf(operation.selectionSet, root, 'elsewhere');
    const surcharge = Math.floor(fields / fieldsPerPoint) + Math.floor((document.tokenCount ?? 0) / tokensPerPoint);
    const cost = { cost: points + surcharge, fields: Math.ceil(fields), readings };
    ofDocument.set(operation, cost);
    return cost;
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
      const multipliers = given?.multiplier ? String(given.multiplier).split(' ') : null;
      const weight = given ? Number(given.weight) : isCompositeType(getNamedType(field.type)) ? 1 : 0;
      const each = Number(given?.each ?? 0);
      return [field, { weight, multipliers, each, size: Number(given?.size ?? defaultListSize) }];
    }),
  );
}

function costFunction(
  schema: GraphQLSchema,
  rules: ReadonlyMap<unknown, Rule>,
  sizes: ReturnType<typeof introspectionSizes>,
  document: DocumentNode,
  read: Read,
) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const known = new Map<string, Sum>();
  return ofSelections;

  function ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType, place: Place): Sum {
    let [points, fields] = [0, 0];
    for (const selection of selections) {
      if (!isIncluded(selection, read)) continue;
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
    const rule = rules.get(field) ?? { weight: 1, multipliers: null, each: 0, size: defaultListSize };
    if (!field || !isCompositeType(type) || !node.selectionSet)
      return { points: rules.get(field)?.weight ?? 0, fields: 1 };
    const list = isListType(getNullableType(field.type));
    if (isIntrospectionType(type)) {
      const inner = ofSelections(node.selectionSet, type, introspecting(field.name, type, place));
      const size = list ? introspected(`${parent.name}.${field.name}`, place) : 1;
      return { points: parent === schema.getQueryType() ? 1 : 0, fields: 1 + size * inner.fields };
    }
    if (rule.multipliers === null) {
      const inner = ofSelections(node.selectionSet, type, 'elsewhere');
      const size = list && place !== 'page' ? rule.size : 1;
      return { points: rule.weight + inner.points, fields: 1 + size * inner.fields };
    }
    const inner = ofSelections(node.selectionSet, type, list ? 'elsewhere' : 'page');
    const size = pageSize(node, field, rule.multipliers, read);
    return { points: rule.weight + size * (rule.each + inner.points), fields: 1 + size * inner.fields };
  }

  /** Memoised: a fragment costs the same at every place of a kind. */
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

/** Under `__schema.types` lists have the length of the average type; elsewhere that of the largest one. */
function introspecting(field: string, type: GraphQLCompositeType, place: Place): Place {
  if (field === 'types') return 'types';
  return type.name === '__Type' ? 'elsewhere' : place;
}

/** The value of a variable that was sent, else the operation's default. */
function valuesWithDefaults({ variableDefinitions }: OperationDefinitionNode, variables: Variables) {
  return (name: string): unknown => {
    const sent = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (sent !== undefined) return sent;
    const { defaultValue } = variableDefinitions?.findLast(({ variable }) => variable.name.value === name) ?? {};
    return defaultValue && constant(defaultValue);
  };
}

/** The value at a path into another; undefined where there is none. */
const inner = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((outer: unknown, name) => (outer as Variables | null | undefined)?.[name], value);

const condition: Part = (value) => (typeof value === 'boolean' ? value : undefined);

/** Whether a selection is executed, as its `@include` and `@skip` say. */
function isIncluded({ directives = [] }: SelectionNode, read: Read): boolean {
  if (directives.length === 0) return true;
  const given = (name: string) => {
    const value = directives.find((each) => each.name.value === name)?.arguments?.[0]?.value;
    if (!value) return undefined;
    return value.kind === Kind.VARIABLE ? read(value.name.value, [], condition) : constant(value);
  };
  return given('include') !== false && given('skip') !== true;
}

/** The value of a literal that a condition or a page size can be, or be in: a boolean, an integer, a list (of ids), an input object. */
function constant(value: ValueNode): unknown {
  if (value.kind === Kind.LIST) return value.values;
  if (value.kind === Kind.OBJECT)
    return Object.fromEntries(value.fields.map(({ name, value }) => [name.value, constant(value)]));
  if (value.kind === Kind.BOOLEAN) return value.value;
  return value.kind === Kind.INT ? Number(value.value) : undefined;
}

/** The page size that a field asks for, clamped to 1 to 100: the resolver refuses one that is out of range. */
function pageSize(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  multipliers: readonly string[],
  read: Read,
): number {
  const sizes = [...multipliers, 'last'].map((path) => argument(node, path.split('.'), read));
  const declared = field.args.find(({ name }) => multipliers.includes(name))?.astNode?.defaultValue;
  const standard = declared?.kind === Kind.INT ? Number(declared.value) : defaultPageSize;
  const size = Math.max(...sizes.filter((requested) => requested !== undefined), -1);
  // a page of none costs as one of 1: what is selected beside its items, such as totalCount, is counted
  return Math.min(Math.max(size < 0 ? standard : size, 1), maxPageSize);
}

function argument(node: FieldNode, [name, ...path]: readonly string[], read: Read): number | undefined {
  const value = node.arguments?.find((given) => given.name.value === name)?.value;
  return value && sizeAt(value, path, read);
}

/** The size at a path into a literal, parts of which may be variables; undefined where there is none. */
function sizeAt(value: ValueNode, path: readonly string[], read: Read): number | undefined {
  if (value.kind === Kind.VARIABLE) return read(value.name.value, path, sizeOf) as number | undefined;
  const [name, ...rest] = path;
  if (name === undefined) return sizeOf(constant(value));
  const field = value.kind === Kind.OBJECT ? value.fields.find((given) => given.name.value === name) : undefined;
  return field && sizeAt(field.value, rest, read);
}

function sizeOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? value : undefined;
}
