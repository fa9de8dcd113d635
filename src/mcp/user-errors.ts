import { type GraphQLSchema, getNamedType, isInterfaceType, isLeafType } from 'graphql';

const name = 'UserErrorParts';

/** What an operation may spread into `userErrors`, if it does: all that any type of them says, and units by id and summary. */
export function userErrorParts(schema: GraphQLSchema, operation: string): string {
  if (!operation.includes(`...${name}`)) return '';
  const shared = schema.getType('UserError');
  if (!isInterfaceType(shared)) throw new Error('the SDL lacks UserError');
  const parts = schema.getPossibleTypes(shared).map((type) => {
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const named = getNamedType(field.type);
      if (named.name === 'KnowledgeUnit') return `${field.name} { id status insight { summary } }`;
      return isLeafType(named) && !(field.name in shared.getFields()) ? field.name : [];
    });
    return fields.length > 0 ? `... on ${type.name} { ${fields.join(' ')} }` : '';
  });
  return `fragment ${name} on UserError { __typename code message path ${parts.join(' ')} }`;
}
