import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { ExecutionContext } from '../../src/graphql/execute.ts';
import { readTypeDefs } from '../../src/graphql/type-defs.ts';
import { createTool, readTools } from '../../src/mcp/tools.ts';

const context = {} as ExecutionContext;
const nothing = async () => ({ data: {} });

/** The tools over a schema that has changed. */
const toolsAfter = (change: (sdl: string) => string) => {
  const sdl = readTypeDefs();
  const changed = change(sdl);
  expect(changed).not.toBe(sdl);
  return readTools(buildSchema(changed), nothing);
};

const toolInput = (tools: ReturnType<typeof readTools>, name: string) => {
  const input = tools.find((tool) => tool.name === name)?.input['~standard'];
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  return (input as any).jsonSchema.input({ target: 'draft-2020-12' }) as z.core.JSONSchema.JSONSchema & {
    properties: Record<string, { enum?: string[]; description?: string }>;
  };
};

describe('the tools', () => {
  it('take what their operations take', () => {
    const tools = readTools(buildSchema(readTypeDefs()), nothing);
    const shape = (name: string) => {
      const { properties, required = [] } = toolInput(tools, name);
      return Object.keys(properties).map((parameter) => parameter + (required.includes(parameter) ? '' : '?'));
    };
    expect(shape('query')).toEqual([
      'domains?',
      'text?',
      'languages?',
      'frameworks?',
      'pattern?',
      'limit?',
      'min_score?',
      'nearest?',
      'whole?',
      'max_bytes?',
    ]);
    expect(shape('propose')).toEqual([
      'summary',
      'detail',
      'action',
      'domains',
      'languages?',
      'frameworks?',
      'pattern?',
      'allow_duplicate?',
      'idempotency_key?',
      'revises?',
      'reason?',
    ]);
    expect(shape('confirm')).toEqual(['unit_id']);
    expect(shape('flag')).toEqual(['unit_id', 'reason', 'detail?', 'duplicate_of?']);
    expect(shape('status')).toEqual(['since?']);
    for (const { name, description } of tools) {
      expect(description.length).toBeGreaterThan(50);
      for (const { description } of Object.values(toolInput(tools, name).properties)) expect(description).toBeTruthy();
    }
  });

  it('follow the schema: limits as it words them, values as it names them', () => {
    const tools = toolsAfter((sdl) =>
      sdl.replace('At most 500 characters.', 'At most 7 bananas.').replace(/^ {2}STALE$/m, '  STALE\n  BORING'),
    );
    expect(toolInput(tools, 'propose').properties.summary?.description).toMatch(/At most 7 bananas\.$/);
    expect(toolInput(tools, 'flag').properties.reason?.enum).toEqual(['stale', 'boring', 'incorrect', 'duplicate']);
  });

  it('do not start over a schema that their operations no longer fit', () => {
    expect(() => toolsAfter((sdl) => sdl.replace('  duplicateOfId: ID\n', '  original: ID\n'))).toThrow(
      /duplicateOfId/,
    );
    expect(() =>
      toolsAfter((sdl) => sdl.replace('  pattern: String\n}\n\ninput Propose', '  pattern: Int\n}\n\ninput Propose')),
    ).toThrow(/pattern/);
  });

  it('cannot answer a JSONObject, which is text until all is written', () => {
    const operation = 'query Q { search(text: "x") { edges { node { extensions } } } }';
    expect(() => createTool('status', operation, buildSchema(readTypeDefs()), nothing)).toThrow('JSONObject');
  });

  it('name the unit that an error carries, whatever the error is', async () => {
    const sdl = `${readTypeDefs()}
      type NearDuplicateError implements UserError {
        code: UserErrorCode!
        message: String!
        path: [String!]
        similarity: Float!
        units: [KnowledgeUnit!]!
      }`;
    const unit = { id: 'ku_1', status: 'APPROVED', insight: { summary: 'Keep the raw body.' } };
    const error = { __typename: 'NearDuplicateError', code: 'DUPLICATE', message: 'It is there already.', path: null };
    const queries: string[] = [];
    const answer = { p: { unit: null, userErrors: [{ ...error, similarity: 0.97, units: [unit] }] } };
    const operation = `mutation M($id: ID!) {
      p: confirmKnowledgeUnit(input: { id: $id }) { unit: knowledgeUnit { id } userErrors { ...UserErrorFields } }
    }`;
    const tool = createTool('confirm', operation, buildSchema(sdl), async ({ query = '' }) => {
      queries.push(query);
      return { data: answer };
    });
    const result = await tool.run({ id: 'ku_2' }, context);
    expect(queries[0]).toContain('... on NearDuplicateError { similarity units { id status insight { summary } } }');
    expect(result.isError).toBe(true);
    expect(result.content).toEqual([
      { type: 'text', text: 'DUPLICATE: It is there already.\nThe unit is ku_1 (approved): Keep the raw body.' },
    ]);
    expect(result.structuredContent).toMatchObject({ errors: [{ similarity: 0.97, units: [unit] }] });
  });
});
