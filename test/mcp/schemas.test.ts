import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/domain/rules.ts';
import { startServer, type TestServer } from '../harness.ts';
import { capturedTools } from './captured.ts';
import { clients } from './clients.ts';

const { tools, toolOf } = capturedTools();
const options = { target: 'draft-2020-12' };
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
const inputOf = (name: string) => toolOf(name).input['~standard'].jsonSchema.input(options) as any;
const outputOf = (name: string) => toolOf(name).output['~standard'].jsonSchema.output(options) as object;
const validator = new AjvJsonSchemaValidator();

describe('the input schema', () => {
  it('has the bounds of every parameter', () => {
    const pattern = '^[^\\u0000]*$';
    const unitId = { type: 'string', pattern: '^ku_[0-9a-f]{32}$' };
    const text = (maxLength?: number) => ({ type: 'string', ...(maxLength && { maxLength }), pattern });
    const list = (maxItems: number, length: number) => ({ type: 'array', items: text(length), maxItems });
    const bounds = Object.fromEntries(
      tools.map(({ name }) => {
        const properties: [string, Record<string, unknown>][] = Object.entries(inputOf(name).properties);
        return [name, Object.fromEntries(properties.map(([name, { description: _, ...rest }]) => [name, rest]))];
      }),
    );
    const filterItems = list(limits.filterItems, limits.summary);
    const contextItems = list(limits.contextItems, limits.contextItemLength);
    expect(bounds).toEqual({
      query: {
        domains: filterItems,
        text: text(),
        languages: filterItems,
        frameworks: filterItems,
        pattern: text(limits.summary),
        limit: { type: 'integer', minimum: 1, maximum: 50, default: 5 },
        min_score: { type: 'number', minimum: 0, maximum: 1, default: 0.21 },
        nearest: { type: 'boolean', default: false },
        whole: { type: 'integer', minimum: 0, maximum: 50, default: 1 },
        max_bytes: { type: 'integer', minimum: 2000, maximum: 200_000, default: 8000 },
      },
      propose: {
        summary: text(limits.summary),
        detail: text(limits.detail),
        action: text(limits.action),
        domains: { ...list(limits.domains, limits.domainLength), minItems: 1 },
        languages: contextItems,
        frameworks: contextItems,
        pattern: text(limits.pattern),
        allow_duplicate: { type: 'boolean', default: false },
        idempotency_key: { ...text(limits.idempotencyKey), minLength: 1 },
        revises: unitId,
        reason: text(limits.reviewNote),
      },
      confirm: { unit_id: unitId },
      flag: {
        unit_id: unitId,
        reason: { type: 'string', enum: ['stale', 'incorrect', 'duplicate'] },
        detail: text(limits.flagDetail),
        duplicate_of: unitId,
      },
      status: { since: text(1000) },
    });
  });

  it('speaks of parameters and values by their names in the tool', () => {
    for (const { name } of tools) {
      const { properties, additionalProperties } = inputOf(name);
      expect(additionalProperties).toBe(false);
      for (const { description } of Object.values<{ description: string }>(properties)) {
        expect(description).not.toMatch(/\b[a-z]+[A-Z]|filter\.|insight\.|context\.|`[A-Z]+`/);
      }
    }
    expect(inputOf('flag').properties.duplicate_of.description).toContain('`duplicate`');
  });
});

it('every tool has a title and hints that are true of it', () => {
  const hints = Object.fromEntries(
    tools.map(({ name, title, annotations: { title: same, ...rest } }) => {
      expect(same).toBe(title);
      expect(title.length).toBeGreaterThan(5);
      return [name, rest];
    }),
  );
  const adds = { readOnlyHint: false, destructiveHint: false, openWorldHint: false };
  expect(hints).toEqual({
    query: { ...adds, readOnlyHint: true, idempotentHint: true },
    status: { ...adds, readOnlyHint: true, idempotentHint: true },
    propose: { ...adds, idempotentHint: true },
    confirm: { ...adds, idempotentHint: false },
    flag: { ...adds, idempotentHint: false },
  });
});

describe('the output schema', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('describes everything that a tool answers', () => {
    for (const { name } of tools) {
      const schema = JSON.stringify(outputOf(name));
      expect(schema).toContain('"errors"');
      expect(schema).not.toContain('userErrors');
    }
    expect(outputOf('propose')).toMatchObject({
      type: 'object',
      properties: { unit: { type: 'object', required: ['id', 'status', 'domains'] } },
      anyOf: [{ required: ['unit'] }, { required: ['suggestion'] }, { required: ['errors'] }],
    });
    expect(outputOf('query')).toMatchObject({
      properties: { results: { type: 'array', items: { required: ['score', 'unit'] } } },
      anyOf: [{ required: ['results', 'effectiveMode', 'notices'] }, { required: ['errors'] }],
    });
    expect(outputOf('status')).toMatchObject({ properties: { viewer: { type: ['object', 'null'] } } });
  });

  it('is no schema that takes anything', () => {
    const validate = validator.getValidator(outputOf('confirm'));
    const unit = { id: 'ku_1', evidence: { confidence: 0.5, confirmations: 1 } };
    expect(validate({ unit }).valid).toBe(true);
    for (const wrong of [
      {},
      { unit: null },
      { unit: { ...unit, id: 5 } },
      { unit: { id: 'ku_1' } },
      { unit: { ...unit, evidence: { confidence: '0.5', confirmations: 1 } } },
      { errors: [] },
      { errors: [{ code: 'X' }] },
    ])
      expect([wrong, validate(wrong).valid]).toEqual([wrong, false]);
  });

  it.for(clients)('is what $name finds answers to be', async ({ connect }) => {
    await using member = await connect(server.url, server.people.member.key);
    await using anonymous = await connect(server.url);
    const listed = await member.listTools();
    for (const { name, ...rest } of listed) {
      expect(rest).toMatchObject({ outputSchema: outputOf(name), title: toolOf(name).title });
      expect(rest).toMatchObject({ annotations: toolOf(name).annotations, inputSchema: inputOf(name) });
    }
    const kept = await server.unit({ context: { languages: ['go'], pattern: 'retry' } });
    const other = await server.unit({
      evidence: { confidence: 0.5, confirmations: 1, firstObservedAt: null, lastConfirmedAt: null },
    });
    const lesson = { summary: `s ${crypto.randomUUID()}`, detail: 'd', action: 'a', domains: ['api'] };
    const answers = [
      ['propose', await member.call('propose', lesson)],
      ['propose', await member.call('propose', { ...lesson, domains: [' '], summary: 'x'.repeat(501) })],
      ['propose', await member.call('propose', {})],
      ['confirm', await member.call('confirm', { unit_id: kept.id })],
      ['confirm', await member.call('confirm', { unit_id: 'ku_none' })],
      ['confirm', await anonymous.call('confirm', { unit_id: kept.id })],
      ['flag', await member.call('flag', { unit_id: other.id, reason: 'duplicate', duplicate_of: kept.id })],
      ['flag', await member.call('flag', { unit_id: other.id, reason: 'stale', duplicate_of: kept.id })],
      ['query', await member.call('query', { domains: ['api'], limit: 50 })],
      ['query', await member.call('query', { text: '' })],
      ['query', await anonymous.call('query', { domains: ['nothing there'] })],
      ['query', await member.call('query', {})],
      ['status', await member.call('status')],
      ['status', await anonymous.call('status')],
    ] as const;
    for (const [name, { isError, data, text }] of answers) {
      const { valid, errorMessage } = validator.getValidator(outputOf(name))(data);
      expect([name, data, errorMessage]).toEqual([name, data, undefined]);
      expect(valid).toBe(true);
      expect('errors' in data).toBe(isError);
      // the text of query is a digest
      if (!isError && name === 'query') for (const { unit } of data.results) expect(text).toContain(unit.id);
      else if (!isError) expect(JSON.parse(text)).toEqual(data);
    }
  });
});
