import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { userErrorFragment } from '../../src/mcp/user-error-fragment.ts';

const schema = buildSchema(`
  enum Code { A B }
  interface UserError { code: Code! message: String! path: [String!]! }
  type Plain implements UserError { code: Code! message: String! path: [String!]! }
  type Taken implements UserError { code: Code! message: String! path: [String!]! name: String unit: KnowledgeUnit }
  type KnowledgeUnit { id: ID! status: String! insight: Insight! }
  type Insight { summary: String! detail: String! }
  type Query { errors: [UserError!]! }
`);

it('asks for the fields that each error has of its own', () => {
  const operation = '{ errors { ...UserErrorFields } }';
  const fragment = userErrorFragment(schema, operation);
  expect(fragment.replace(/\s+/g, ' ')).toBe(
    'fragment UserErrorFields on UserError { __typename code message path ... on Taken { name unit { id status insight { summary } } } }',
  );
  expect(validate(schema, parse(operation + fragment))).toEqual([]);
  expect(userErrorFragment(schema, '{ errors { code } }')).toBe('');
});
