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

/** The argument or input field that a variable goes into. */
export interface Destination {
  /** As messages name it: of a mutation from `input` on. */
  readonly path: string;
  readonly description: string | undefined;
}

/** Where each variable of an operation goes, by the variable's name. */
export function destinationsOf(schema: GraphQLSchema, operation: OperationDefinitionNode): Map<string, Destination> {
  const found = new Map<string, Destination>();
  const types = new TypeInfo(schema);
  const path: string[] = [];
  visit(
    operation,
    visitWithTypeInfo(types, {
      Argument: {
        enter({ name, value }) {
          if (name.value !== 'input') path.push(name.value);
          if (value.kind === Kind.VARIABLE) note(value.name.value, types.getArgument()?.description);
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
            note(value.name.value, parent.getFields()[name.value]?.description);
        },
        leave() {
          path.pop();
        },
      },
    }),
  );
  return found;

  function note(variable: string, description: string | null | undefined) {
    found.set(variable, { path: path.join('.'), description: description ?? undefined });
  }
}
