import {
  type DocumentNode,
  type GraphQLResolveInfo,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Whether a query selects a field below the one that is resolved, by the names that lead there, such as `nodes` and `knowledgeUnit`. What
 * `@skip` and `@include` leave out counts as selected.
 */
export function selects(
  {
    fieldNodes,
    fragments,
  }: Pick<GraphQLResolveInfo, 'fragments'> & {
    readonly fieldNodes: readonly { readonly selectionSet?: SelectionSetNode | undefined }[];
  },
  ...path: readonly string[]
): boolean {
  // each fragment once at each step of the path, however many times it is spread
  const seen = new Set<string>();
  const within = (set: SelectionSetNode | undefined, [name, ...rest]: readonly string[]): boolean => {
    if (name === undefined) return true;
    return (set?.selections ?? []).some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === name && within(selection.selectionSet, rest);
      if (selection.kind === Kind.INLINE_FRAGMENT) return within(selection.selectionSet, [name, ...rest]);
      const step = `${rest.length} ${selection.name.value}`;
      if (seen.has(step)) return false;
      seen.add(step);
      return within(fragments[selection.name.value]?.selectionSet, [name, ...rest]);
    });
  };
  return fieldNodes.some(({ selectionSet }) => within(selectionSet, path));
}

/** The same of the root fields of an operation, for any number of fields. */
export function rootSelection(document: DocumentNode, operation: OperationDefinitionNode): (field: string) => boolean {
  const definitions = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = Object.fromEntries(definitions.map((fragment) => [fragment.name.value, fragment]));
  return (field) => selects({ fieldNodes: [operation], fragments }, field);
}
