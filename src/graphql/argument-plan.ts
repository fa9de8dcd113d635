import {
  coerceInputLiteral,
  type FieldNode,
  type GraphQLArgument,
  GraphQLError,
  type GraphQLField,
  isNonNullType,
  Kind,
  print,
  type ValueNode,
  type VariableValues,
} from 'graphql';

/** How the value of an argument is found in each execution: it is always the same, or that of a variable, or a literal that is read anew. */
export type ArgumentPlan = { readonly name: string } & (
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'variable' | 'literal'; readonly definition: GraphQLArgument; readonly node: ValueNode }
);

/** Plans the arguments of a field; null where one is missing or wrong, which validation refuses. */
export function planArguments({ args }: GraphQLField<unknown, unknown>, node: FieldNode): ArgumentPlan[] | null {
  const plans: ArgumentPlan[] = [];
  for (const definition of args) {
    const { name } = definition;
    const given = node.arguments?.find((one) => one.name.value === name)?.value;
    if (!given) {
      const value = defaultOf(definition);
      if (value !== undefined) plans.push({ kind: 'constant', name, value });
      else if (isNonNullType(definition.type)) return null;
    } else if (given.kind === Kind.VARIABLE) plans.push({ kind: 'variable', name, definition, node: given });
    else {
      const value = isScalar(given) ? coerceInputLiteral(given, definition.type) : undefined;
      // objects are made anew each time, since resolvers might change them
      if (value === undefined || (typeof value === 'object' && value !== null))
        plans.push({ kind: 'literal', name, definition, node: given });
      else plans.push({ kind: 'constant', name, value });
    }
  }
  return plans;
}

/** The arguments of a field in one execution. Throws `GraphQLError` with the executor's messages. */
export function argumentsOf(plans: readonly ArgumentPlan[], variables: VariableValues): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const plan of plans) {
    const value = plan.kind === 'constant' ? plan.value : valueFor(plan.definition, plan.node, variables);
    if (value !== undefined) values[plan.name] = value;
  }
  return values;
}

function valueFor(definition: GraphQLArgument, node: ValueNode, variables: VariableValues): unknown {
  const { name, type } = definition;
  const refuse = (problem: string) => new GraphQLError(`Argument "${name}" ${problem}`, { nodes: [node] });
  const ofType = () => `of non-null type "${type}" must not be null.`;
  if (node.kind === Kind.VARIABLE) {
    const variable = node.name.value;
    if (!Object.hasOwn(variables.coerced, variable)) {
      const value = defaultOf(definition);
      if (value === undefined && isNonNullType(type))
        throw refuse(
          `of required type "${type}" was provided the variable "$${variable}" which was not provided a runtime value.`,
        );
      return value;
    }
    const value = variables.coerced[variable];
    if (value == null && isNonNullType(type)) throw refuse(ofType());
    if (value !== undefined) return value;
  } else {
    if (node.kind === Kind.NULL && isNonNullType(type)) throw refuse(ofType());
    const value = coerceInputLiteral(node, type, variables);
    if (value !== undefined) return value;
  }
  throw refuse(`has invalid value ${print(node)}.`);
}

function defaultOf(definition: GraphQLArgument): unknown {
  const { literal, value } = { literal: undefined, value: undefined, ...definition.default };
  return literal ? coerceInputLiteral(literal, definition.type) : value;
}

const isScalar = ({ kind }: ValueNode): boolean =>
  kind === Kind.INT || kind === Kind.FLOAT || kind === Kind.STRING || kind === Kind.BOOLEAN || kind === Kind.ENUM;
