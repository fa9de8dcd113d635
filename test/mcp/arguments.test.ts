import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../harness.ts';
import { capturedTools } from './captured.ts';

/** Arguments as clients send them, against what the schema says they are. */
const { call } = capturedTools();
const unit = `ku_${'0'.repeat(32)}`;

describe('an argument', () => {
  it.for<[string, string, unknown, unknown]>([
    // lists
    ['query', 'domains', ['api', 'http'], ['api', 'http']],
    ['query', 'domains', '["api"]', ['api']],
    ['query', 'domains', ' [ "api" , "http" ] ', ['api', 'http']],
    ['query', 'domains', '[]', []],
    ['query', 'domains', 'api', ['api']],
    ['query', 'domains', 'api, http', ['api, http']],
    ['query', 'domains', '', []],
    ['query', 'domains', '[slug]', ['[slug]']],
    ['query', 'domains', '["half', ['["half']],
    ['query', 'domains', '{"a":1}', ['{"a":1}']],
    ['query', 'domains', '5', ['5']],
    ['query', 'domains', 'null', ['null']],
    ['query', 'domains', ['["api"]'], ['["api"]']],
    ['query', 'languages', 'go', ['go']],
    ['query', 'frameworks', '["a","b"]', ['a', 'b']],
    ['propose', 'domains', '["api"]', ['api']],
    // whole numbers
    ['query', 'limit', 7, 7],
    ['query', 'limit', '7', 7],
    ['query', 'limit', ' 7 ', 7],
    ['query', 'limit', '7.0', 7],
    ['query', 'limit', [7], 7],
    ['query', 'limit', '[7]', 7],
    ['query', 'limit', 'null', undefined],
    ['query', 'limit', '', undefined],
    ['query', 'limit', null, undefined],
    ['query', 'limit', undefined, undefined],
    // booleans
    ['propose', 'allow_duplicate', true, true],
    ['propose', 'allow_duplicate', 'true', true],
    ['propose', 'allow_duplicate', 'False', false],
    ['propose', 'allow_duplicate', ' true ', true],
    ['propose', 'allow_duplicate', [false], false],
    ['propose', 'allow_duplicate', '', undefined],
    // values of an enum
    ['flag', 'reason', 'stale', 'STALE'],
    ['flag', 'reason', 'Stale', 'STALE'],
    ['flag', 'reason', 'DUPLICATE', 'DUPLICATE'],
    ['flag', 'reason', '"stale"', 'STALE'],
    ['flag', 'reason', ['incorrect'], 'INCORRECT'],
    // texts stay what they are
    ['query', 'text', '["api"]', '["api"]'],
    ['query', 'text', '5', '5'],
    ['query', 'text', 'true', 'true'],
    ['query', 'text', 'null', 'null'],
    ['query', 'text', '"quoted"', '"quoted"'],
    ['query', 'text', ' {"a":1} ', ' {"a":1} '],
    ['query', 'text', '', ''],
    ['query', 'text', ['api'], 'api'],
    ['propose', 'summary', '[]', '[]'],
    ['propose', 'pattern', '7', '7'],
    ['propose', 'idempotency_key', '7', '7'],
    ['confirm', 'unit_id', [unit], unit],
    ['flag', 'duplicate_of', '', undefined],
  ])('of %s: %s as %j is %j', async ([tool, name, given, expected]) => {
    const needed = {
      propose: { summary: 's', detail: 'd', action: 'a', domains: ['x'] },
      flag: { unit_id: unit, reason: 'stale' },
    }[tool];
    const variables = await call(tool, { ...needed, [name]: given });
    expect(variables).toBeTypeOf('object');
    expect((variables as Record<string, unknown>)[name]).toEqual(expected);
  });

  it('that is JSON text beyond the limits of a request is a text', async () => {
    // deeper than what writes JSON recursively has stack for
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(await call('query', { domains: deep })).toMatchObject({ domains: [deep] });
  });

  it.for<[string, Record<string, unknown>, string]>([
    ['query', { limit: 'seven' }, 'limit must be a whole number from 1 to 50, got "seven".'],
    ['query', { limit: 5.5 }, 'limit must be a whole number from 1 to 50, got 5.5.'],
    ['query', { limit: '5.5' }, 'limit must be a whole number from 1 to 50, got "5.5".'],
    ['query', { limit: 0 }, 'limit must be a whole number from 1 to 50, got 0.'],
    ['query', { limit: -1 }, 'limit must be a whole number from 1 to 50, got -1.'],
    ['query', { limit: '51' }, 'limit must be a whole number from 1 to 50, got "51".'],
    ['query', { limit: 1e99 }, 'limit must be a whole number from 1 to 50, got 1e+99.'],
    ['query', { limit: true }, 'limit must be a whole number from 1 to 50, got true.'],
    ['query', { limit: [1, 2] }, 'limit must be a whole number from 1 to 50, got [1,2].'],
    ['query', { domains: 5 }, 'domains must be a list, each item a string, got 5.'],
    ['query', { domains: { a: 1 } }, 'domains must be a list, each item a string, got {"a":1}.'],
    ['query', { domains: ['a', 5] }, 'domains.1 must be a string, got 5.'],
    ['query', { domains: ['a', null] }, 'domains.1 must be a string, got null.'],
    ['query', { domains: '["a", 5]' }, 'domains must be a list, each item a string, got 5.'],
    ['query', { text: 5 }, 'text must be a string, got 5.'],
    ['query', { text: ['a', 'b'] }, 'text must be a string, got ["a","b"].'],
    [
      'query',
      { domain: 'api' },
      '"domain" is no parameter of query, which takes domains, text, languages, frameworks, pattern, limit, min_score, nearest, whole, max_bytes.',
    ],
    [
      'query',
      { __proto__x: 1 },
      '"__proto__x" is no parameter of query, which takes domains, text, languages, frameworks, pattern, limit, min_score, nearest, whole, max_bytes.',
    ],
    ['status', { a: 1 }, '"a" is no parameter of status, which takes since.'],
    ['confirm', {}, 'unit_id is required.'],
    ['confirm', { unit_id: null }, 'unit_id is required.'],
    [
      'flag',
      { unit_id: unit, reason: 'boring' },
      'reason must be one of "stale"|"incorrect"|"duplicate", got "boring".',
    ],
    ['flag', { unit_id: unit, reason: 5 }, 'reason must be one of "stale"|"incorrect"|"duplicate", got 5.'],
    ['flag', { unit_id: unit }, 'reason is required.'],
    [
      'propose',
      { summary: 's', detail: 'd', action: 'a', domains: ['x'], allow_duplicate: 'yes' },
      'allow_duplicate must be true or false, got "yes".',
    ],
    [
      'propose',
      { summary: 's', detail: 'd', action: 'a', domains: ['x'], allow_duplicate: 'constructor' },
      'allow_duplicate must be true or false, got "constructor".',
    ],
  ])('of %s that means nothing is refused: %j', async ([tool, args, message]) => {
    expect(await call(tool, args)).toBe(`BAD_USER_INPUT: ${message}`);
  });

  it('is reported with all others, up to ten, and with what was sent cut short', async () => {
    expect(await call('propose', { summary: 5, domains: [{}] })).toBe(
      'BAD_USER_INPUT: summary must be a string, got 5.\nBAD_USER_INPUT: detail is required.\n' +
        'BAD_USER_INPUT: action is required.\nBAD_USER_INPUT: domains.0 must be a string, got {}.',
    );
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`n${index}${'x'.repeat(500)}`, 1]));
    const text = String(await call('status', many));
    expect(text.split('\n')).toHaveLength(10);
    expect(text.length).toBeLessThan(2500);
    expect(await call('query', { limit: 'x'.repeat(1000) })).toHaveLength(165);
  });

  it('that is a list of thousands, as JSON text or as it is, is refused before anything looks at its items', async () => {
    const items = Array.from({ length: 5000 }, (_, index) => `d${index}`);
    for (const domains of [items, JSON.stringify(items)])
      expect(await call('query', { domains })).toBe('BAD_USER_INPUT: domains must have at most 50 items, got 5000.');
  });
});

describe('the arguments of a call', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function send(method: string, params: object) {
    const response = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
    return (await response.json()) as any;
  }

  it.for([undefined, null, [], '', '{}', 'null'])('of a tool that needs none may be %j', async (given) => {
    const { result } = await send('tools/call', { name: 'status', arguments: given });
    expect(result.isError).not.toBe(true);
    expect(result.structuredContent.stats.totalCount).toBeGreaterThanOrEqual(0);
    expect((await send('prompts/get', { name: 'reflect', arguments: given })).result.messages).toHaveLength(1);
  });

  it('may be one JSON text', async () => {
    await server.unit();
    const { result } = await send('tools/call', {
      name: 'query',
      arguments: '{"domains": "[\\"api\\"]", "limit": "1"}',
    });
    expect(result.structuredContent.results).toHaveLength(1);
    const prompt = await send('prompts/get', { name: 'consult', arguments: '{"task": "Mend it."}' });
    expect(prompt.result.messages[0].content.text).toContain('Mend it.');
  });

  it('are a problem of the tool that lacks one', async () => {
    const { result } = await send('tools/call', { name: 'confirm', arguments: null });
    expect(result).toEqual({
      isError: true,
      content: [{ type: 'text', text: 'BAD_USER_INPUT: unit_id is required.' }],
      structuredContent: {
        errors: [{ code: 'BAD_USER_INPUT', parameter: 'unit_id', message: 'unit_id is required.' }],
      },
    });
  });

  it.for([`${'['.repeat(1000)}${']'.repeat(1000)}`, JSON.stringify({ a: Array.from({ length: 20_001 }, () => 1) })])(
    'as JSON text are held to the limits of a body: %#',
    async (hidden) => {
      const deep = hidden.startsWith('[') ? `{"domains": ${hidden}}` : hidden;
      const { error, result } = await send('tools/call', { name: 'query', arguments: deep });
      expect(result).toBeUndefined();
      expect(error.message).toMatch(/The JSON of a request must/);
    },
  );
});
