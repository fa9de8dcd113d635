import { type GraphQLSchema, getNamedType, isInterfaceType, isLeafType } from 'graphql';

const name = 'UserErrorFields';

/**
 * The GraphQL fragment `UserErrorFields`, for an operation that spreads it: the fields of every type of `UserError`, generated from
 * the schema; of units id, status and summary. Empty for an operation that does not use it.
 */
export function userErrorFragment(schema: GraphQLSchema, operation: string): string {
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
