import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** What the shape of one operation may be, whatever its variables say. */
export const shapeLimits = { depth: 10, aliases: 15, rootFields: 10, tokens: 2000 } as const;

/** Fields that may stand only once in an operation: each guess of a password is a request of its own. */
const onlyOnce = ['signIn', 'changePassword'];

interface Shape {
  readonly depth: number;
  readonly aliases: number;
  /** How often each field of the top level is selected. */
  readonly fields: ReadonlyMap<string, number>;
}

const empty: Shape = { depth: 0, aliases: 0, fields: new Map() };

/** A validation rule: refuses operations that are too deep, alias too much, or ask too many things at once. */
export function shapeRule(context: ValidationContext): ASTVisitor {
  const shapes = new Map<FragmentDefinitionNode, Shape>();
  return {
    OperationDefinition(operation) {
      const { depth, aliases, fields } = shapeOf(operation.selectionSet);
      const rootFields = [...fields.values()].reduce((sum, count) => sum + count, 0);
      refuse(operation, 'is nested too deep', 'depth', depth);
      refuse(operation, 'has too many aliases', 'aliases', aliases);
      refuse(operation, 'selects too many root fields', 'rootFields', rootFields);
      for (const name of onlyOnce)
        if ((fields.get(name) ?? 0) > 1) report(operation, `An operation may select ${name} only once.`, {});
    },
  };

  function refuse(operation: OperationDefinitionNode, what: string, kind: keyof typeof shapeLimits, actual: number) {
    const limit = shapeLimits[kind];
    if (actual > limit)
      report(operation, `The operation ${what}: ${kind} ${actual}, at most ${limit}.`, { kind, actual, limit });
  }

  function report(node: OperationDefinitionNode, message: string, extensions: object) {
    context.reportError(
      new GraphQLError(message, { nodes: node, extensions: { code: 'QUERY_TOO_COMPLEX', ...extensions } }),
    );
  }

  /** Introspection is not counted: graphql itself limits how deep it nests. */
  function shapeOf({ selections }: SelectionSetNode): Shape {
    return selections.reduce((shape, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = context.getFragment(selection.name.value);
        return fragment ? besides(shape, ofFragment(fragment)) : shape;
      }
      const inner = selection.selectionSet ? shapeOf(selection.selectionSet) : empty;
      if (selection.kind === Kind.INLINE_FRAGMENT) return besides(shape, inner);
      if (selection.name.value.startsWith('__')) return shape;
      const aliases = inner.aliases + (selection.alias ? 1 : 0);
      return besides(shape, { depth: inner.depth + 1, aliases, fields: new Map([[selection.name.value, 1]]) });
    }, empty);
  }

  /** Each fragment is measured once, however often it is spread; one that spreads itself is refused elsewhere. */
  function ofFragment(fragment: FragmentDefinitionNode): Shape {
    const known = shapes.get(fragment);
    if (known) return known;
    shapes.set(fragment, empty);
    const shape = shapeOf(fragment.selectionSet);
    shapes.set(fragment, shape);
    return shape;
  }
}

function besides(one: Shape, other: Shape): Shape {
  const fields = new Map(one.fields);
  for (const [name, count] of other.fields) fields.set(name, (fields.get(name) ?? 0) + count);
  return { depth: Math.max(one.depth, other.depth), aliases: one.aliases + other.aliases, fields };
}
