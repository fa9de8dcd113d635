import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Query limits on the shape of a document: depth limit, alias limit and so on, independent of variables. Fragments count wherever
 * they are spread. `introspection` is the depth under `__schema` and `__type`; `selections` are those of all operations together;
 * `repeats` is how often one response key may be selected in one object; `definitions` are operations and fragments.
 */
export const shapeLimits = {
  depth: 10,
  introspection: 20,
  aliases: 15,
  rootFields: 10,
  selections: 1000,
  repeats: 50,
  definitions: 50,
  tokens: 2000,
} as const;

/** Fields that an operation may select only once: each attempt at a password must be a request of its own. */
const onlyOnce = ['signIn', 'acceptInvitation', 'changePassword', 'setUserPassword'];

const messages = {
  depth: 'is nested too deep',
  introspection: 'nests its introspection too deep',
  aliases: 'has too many aliases',
  rootFields: 'selects too many root fields',
  selections: 'selects too many fields',
  repeats: 'selects a field too often',
  definitions: 'stands among too many operations and fragments',
} as const;

export type Shape = Record<'depth' | 'introspection' | 'aliases' | 'rootFields' | 'selections', number>;

/** Counting stops here, since nested fragments multiply. */
const countLimit = 1_000_000;

/**
 * Checks a document against the query limits, in linear time and without the schema, so that it can run before validation, some
 * rules of which take quadratic time. Requires unique fragment names without cycles.
 */
export function shapeProblems(document: DocumentNode): GraphQLError[] {
  const { operations, fragments } = definitionsOf(document);
  const definitions = exceeding('definitions', document.definitions.length, operations[0]);
  if (definitions.length > 0) return definitions;
  const shapeOf = measure(fragments);
  const shapes = operations.map((operation) => ({ operation, shape: shapeOf(operation.selectionSet) }));
  const problems = shapes.flatMap(({ operation, shape }) =>
    (['depth', 'introspection', 'aliases', 'rootFields'] as const).flatMap((kind) =>
      exceeding(kind, shape[kind], operation),
    ),
  );
  const unused = unusedFragments(operations, fragments);
  const selected = shapes.map(({ shape }) => shape.selections);
  const selections = [...selected, ...unused.map(({ selectionSet }) => shapeOf(selectionSet).selections)];
  problems.push(
    ...exceeding(
      'selections',
      selections.reduce((sum, count) => Math.min(sum + count, countLimit), 0),
      operations[0] ?? unused[0],
    ),
  );
  // countRepeats visits every selection, so their number must be within its limit
  if (problems.length > 0) return problems;
  for (const definition of [...operations, ...unused]) {
    const { repeats, atTop } = countRepeats(definition.selectionSet, fragments);
    problems.push(...exceeding('repeats', repeats, definition));
    if (definition.kind === Kind.FRAGMENT_DEFINITION) continue;
    for (const name of onlyOnce)
      if ((atTop.get(name) ?? 0) > 1)
        problems.push(tooComplex(`An operation may select ${name} only once.`, definition));
  }
  return problems;
}

/** The depth of each operation of a document, and what else is limited of it. Requires what `shapeProblems` does. */
export function shapesOf(document: DocumentNode): Shape[] {
  const { operations, fragments } = definitionsOf(document);
  const shapeOf = measure(fragments);
  return operations.map(({ selectionSet }) => shapeOf(selectionSet));
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function definitionsOf({ definitions }: DocumentNode) {
  const operations: OperationDefinitionNode[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return { operations, fragments };
}

/** Returns a function that measures a selection. Fragments are memoised. */
function measure(fragments: Fragments): (selections: SelectionSetNode) => Shape {
  const known = new Map<string, Shape>();
  return shapeOf;

  function shapeOf({ selections }: SelectionSetNode): Shape {
    const shape = { depth: 0, introspection: 0, aliases: 0, rootFields: 0, selections: 0 };
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) add(shape, ofFragment(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(shape, shapeOf(selection.selectionSet));
      else {
        const inner = selection.selectionSet ? shapeOf(selection.selectionSet) : empty;
        const introspects = selection.name.value === '__schema' || selection.name.value === '__type';
        add(shape, {
          depth: introspects ? 1 : inner.depth + 1,
          introspection: introspects ? inner.depth + 1 : inner.introspection,
          aliases: inner.aliases + (selection.alias ? 1 : 0),
          rootFields: 1,
          selections: inner.selections + 1,
        });
      }
    }
    return shape;
  }

  function ofFragment(name: string): Shape {
    const measured = known.get(name);
    if (measured) return measured;
    const fragment = fragments.get(name);
    const shape = fragment ? shapeOf(fragment.selectionSet) : empty;
    known.set(name, shape);
    return shape;
  }
}

const empty: Shape = { depth: 0, introspection: 0, aliases: 0, rootFields: 0, selections: 0 };

function add(sum: Shape, other: Shape): void {
  sum.depth = Math.max(sum.depth, other.depth);
  sum.introspection = Math.max(sum.introspection, other.introspection);
  for (const kind of ['aliases', 'rootFields', 'selections'] as const)
    sum[kind] = Math.min(sum[kind] + other[kind], countLimit);
}

/** Fragments that no operation spreads. Validation refuses them later, but visits them first. */
function unusedFragments(operations: readonly OperationDefinitionNode[], fragments: Fragments) {
  const used = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        if (selection.selectionSet) visit(selection.selectionSet);
      } else if (!used.has(selection.name.value)) {
        used.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) visit(fragment.selectionSet);
      }
    }
  };
  for (const { selectionSet } of operations) visit(selectionSet);
  return [...fragments.values()].filter(({ name }) => !used.has(name.value));
}

/** The most selections of one response key in one object, and how often each root field is selected. Visits every selection. */
function countRepeats(selectionSet: SelectionSetNode, fragments: Fragments) {
  const atTop = new Map<string, number>();
  let repeats = 0;
  visit([selectionSet], atTop);
  return { repeats, atTop };

  function visit(sets: readonly SelectionSetNode[], names?: Map<string, number>): void {
    const places = new Map<string, { count: number; inner: SelectionSetNode[] }>();
    for (const set of sets) collect(set, places, names);
    for (const { count, inner } of places.values()) {
      repeats = Math.max(repeats, count);
      if (inner.length > 0) visit(inner);
    }
  }

  function collect(
    { selections }: SelectionSetNode,
    places: Map<string, { count: number; inner: SelectionSetNode[] }>,
    names?: Map<string, number>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        names?.set(name, (names.get(name) ?? 0) + 1);
        const key = selection.alias?.value ?? name;
        const place = places.get(key) ?? { count: 0, inner: [] };
        place.count++;
        if (selection.selectionSet) place.inner.push(selection.selectionSet);
        places.set(key, place);
      } else {
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (inner) collect(inner.selectionSet, places, names);
      }
    }
  }
}

type Definition = OperationDefinitionNode | FragmentDefinitionNode | undefined;

function exceeding(kind: keyof typeof messages, actual: number, node: Definition): GraphQLError[] {
  const limit = shapeLimits[kind];
  if (actual <= limit) return [];
  const shown = actual < countLimit ? actual : `${countLimit} or more`;
  const message = `The operation ${messages[kind]}: ${kind} ${shown}, at most ${limit}.`;
  return [tooComplex(message, node, { kind, actual, limit })];
}

const tooComplex = (message: string, node: Definition, details: object = {}) =>
  new GraphQLError(message, { nodes: node, extensions: { code: 'QUERY_TOO_COMPLEX', ...details } });
