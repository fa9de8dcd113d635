import {
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The argument or input field that a variable is passed to. */
export interface VariableTarget {
  /** The path as error messages have it: without `input`. */
  readonly path: string;
  /** The schema coordinate: `Query.search(first:)`, `KnowledgeFilter.domains`, `@include(if:)`. */
  readonly coordinate: string;
  readonly description: string | undefined;
}

/** The target of each variable of an operation, by the variable's name. */
export function variableTargets(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): Map<string, VariableTarget> {
  const found = new Map<string, VariableTarget>();
  const types = new TypeInfo(schema);
  const path: string[] = [];
  visit(
    operation,
    visitWithTypeInfo(types, {
      Argument: {
        enter({ name, value }) {
          if (name.value !== 'input') path.push(name.value);
          const directive = types.getDirective();
          const field = `${types.getParentType()}.${types.getFieldDef()?.name}`;
          const coordinate = `${directive ? `@${directive.name}` : field}(${name.value}:)`;
          if (value.kind === Kind.VARIABLE)
            note(value.name.value, coordinate, directive ? undefined : types.getArgument()?.description);
        },
        leave() {
          path.length = 0;
        },
      },
      ObjectField: {
        enter({ name, value }) {
          path.push(name.value);
          const parent = getNamedType(types.getParentInputType());
          if (value.kind === Kind.VARIABLE && isInputObjectType(parent))
            note(value.name.value, `${parent}.${name.value}`, parent.getFields()[name.value]?.description);
        },
        leave() {
          path.pop();
        },
      },
    }),
  );
  return found;

  function note(variable: string, coordinate: string, description: string | null | undefined) {
    found.set(variable, { path: path.join('.'), coordinate, description: description ?? undefined });
  }
}
