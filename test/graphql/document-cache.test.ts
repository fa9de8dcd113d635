import { describe, expect, it } from 'vitest';
import { createDocumentCache } from '../../src/graphql/document-cache.ts';
import { graphqlSchema } from '../../src/graphql/schema.ts';

const documents = createDocumentCache(graphqlSchema(), { introspection: true });
const read = (text: string) => {
  const document = documents.parse(text);
  return { document, problems: documents.validate(document, text) };
};
const isKept = (text: string) => {
  const document = documents.parse(text);
  return document === documents.parse(text);
};
const commented = (characters: number) => `{ __typename } #${'x'.repeat(characters)}`;

describe('a document', () => {
  it('is kept when it fits the schema', () => {
    const { document, problems } = read('{ serverInfo { version } }');
    expect(problems).toEqual([]);
    expect(documents.parse('{ serverInfo { version } }')).toBe(document);
  });

  it('is not kept before it is checked, nor when it has failed', () => {
    expect(isKept('{ a: __typename }')).toBe(false);
    const { problems } = read('{ nothing }');
    expect(problems).toHaveLength(1);
    expect(isKept('{ nothing }')).toBe(false);
  });

  it('is not kept, and has no places in its errors, when it is long', () => {
    read(commented(16_000));
    expect(isKept(commented(16_000))).toBe(true);
    read(commented(17_000));
    expect(isKept(commented(17_000))).toBe(false);
    expect(read(`{ nothing } #${'x'.repeat(17_000)}`).problems[0]?.locations).toBeUndefined();
    expect(read('{ nothing }').problems[0]?.locations).toEqual([{ line: 1, column: 3 }]);
  });

  it('has no places in its errors when it has very many lines, since each place is counted from the first', () => {
    const { problems } = read(`${'\n'.repeat(600)}{ nothing }`);
    expect(problems.map(({ locations }) => locations)).toEqual([undefined]);
    expect(read(`${'\n'.repeat(400)}{ nothing }`).problems[0]?.locations).toEqual([{ line: 401, column: 3 }]);
  });

  it('makes room for others by its comments too, which stay in memory', () => {
    const withComments = (count: number) => `{ __typename }${'#\n'.repeat(400)}#${count}`;
    const most = (16 * 1024 * 1024) / (500 * 404);
    const all = Array.from({ length: Math.ceil(most) + 10 }, (_, count) => withComments(count));
    for (const text of all) read(text);
    expect(all.filter(isKept).length).toBeLessThanOrEqual(most);
    expect(isKept(all.at(-1) as string)).toBe(true);
  });

  it('makes room for others by its size, the one used least recently first', () => {
    const first = '{ serverInfo { nodeName } }';
    const second = '{ serverInfo { publicRead } }';
    read(first);
    read(second);
    // 32 kB each, of 16 MB
    for (let index = 0; index < 400; index++) {
      read(`${commented(16_000)}${index}`);
      documents.parse(second);
    }
    expect(isKept(first)).toBe(true);
    for (let index = 400; index < 1200; index++) {
      read(`${commented(16_000)}${index}`);
      documents.parse(second);
    }
    expect([first, second].map(isKept)).toEqual([false, true]);
  });

  it('makes room for others by what is kept with it, and is still found by its hash', () => {
    const cache = createDocumentCache(graphqlSchema(), { introspection: true });
    const isCached = (text: string) => new Set([cache.parse(text), cache.parse(text)]).size === 1;
    const texts = Array.from({ length: 5 }, (_text, place) => `{ a${place}: __typename }`);
    for (const [place, text] of texts.entries()) {
      const document = cache.parse(text);
      cache.validate(document, text, { isAnonymous: true, registers: `hash ${place}` });
      cache.weigh(document, text, 4 * 1024 * 1024);
    }
    // of 16 MiB
    expect(texts.map(isCached)).toEqual([false, false, true, true, true]);
    expect(texts.map((_text, place) => cache.textOf(`hash ${place}`))).toEqual([
      undefined,
      undefined,
      ...texts.slice(2),
    ]);
    // what is said of another document, or of one that is not cached, changes nothing
    cache.weigh(cache.parse('{ __typename }'), texts[4] as string, 16 * 1024 * 1024);
    expect(texts.map(isCached)).toEqual([false, false, true, true, true]);
    cache.weigh(cache.parse(texts[4] as string), texts[4] as string, 17 * 1024 * 1024);
    expect(isCached(texts[4] as string)).toBe(false);
    expect(cache.textOf('hash 4')).toBeUndefined();
  });

  it('of a caller who is signed in is not evicted by anonymous ones, and is found by its hash until it is', () => {
    const cache = createDocumentCache(graphqlSchema(), { introspection: true });
    const use = (text: string, isAnonymous: boolean, registers?: string) =>
      cache.validate(cache.parse(text), text, { isAnonymous, registers });
    use('{ a: __typename }', false, 'a');
    use('{ b: __typename }', true, 'b');
    use('{ c: __typename }', true, 'c');
    // now of the others too
    use('{ c: __typename }', false);
    expect(['a', 'b', 'c', 'd'].map((id) => cache.textOf(id))).toEqual([
      '{ a: __typename }',
      '{ b: __typename }',
      '{ c: __typename }',
      undefined,
    ]);
    for (let index = 0; index < 600; index++) use(`${commented(16_000)}${index}`, true, `flood-${index}`);
    expect(['a', 'b', 'c'].map((id) => cache.textOf(id))).toEqual([
      '{ a: __typename }',
      undefined,
      '{ c: __typename }',
    ]);
    const kept = Array.from({ length: 600 }, (_, index) => cache.textOf(`flood-${index}`)).filter(Boolean);
    expect(kept.length).toBeLessThan((16 * 1024 * 1024) / 32_000);
  });

  it('is not registered when it is long, or not valid', () => {
    const cache = createDocumentCache(graphqlSchema(), { introspection: true });
    for (const text of [commented(17_000), '{ nothing }'])
      cache.validate(cache.parse(text), text, { isAnonymous: false, registers: 'x' });
    expect(cache.textOf('x')).toBeUndefined();
  });

  it('is told the first ten of its mistakes', () => {
    const { problems } = read(`{ serverInfo { ${Array.from({ length: 500 }, (_, index) => `x${index}`).join(' ')} } }`);
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)?.message).toMatch(/Too many validation errors/);
  });

  it.for([
    ['{ ...F } fragment F on Query { ...F }', /Cannot spread fragment "F" within itself/],
    ['{ ...F } fragment F on Query { serverInfo { ...G } } fragment G on ServerInfo { ...F }', /within itself via "G"/],
    ['{ ...F } fragment F on Query { __typename } fragment F on Query { __typename }', /only one fragment named "F"/],
    ['{ ...Nothing }', /Unknown fragment "Nothing"/],
  ] as [string, RegExp][])('%s is refused and not gone through for ever', ([text, message]) => {
    expect(read(text).problems[0]?.message).toMatch(message);
  });

  it.for<[string, string]>([
    ['in the same place', `{ serverInfo { ${'version '.repeat(51)} } }`],
    ['in fragments', `{ serverInfo { ${'...F '.repeat(26)} } } fragment F on ServerInfo { version version }`],
    ['in fields that are merged', `{ ${'serverInfo { version version version version version version } '.repeat(9)} }`],
    ['in a fragment that is not spread', `{ __typename } fragment F on ServerInfo { ${'version '.repeat(51)} }`],
  ])('selects a field at most 50 times, %s', ([, text]) => {
    expect(read(text).problems[0]?.message).toMatch(/repeats 5\d, at most 50/);
  });

  it('has at most 50 operations and fragments', () => {
    const operations = (count: number) => Array.from({ length: count }, (_, index) => `query Q${index} { __typename }`);
    expect(read(operations(50).join(' ')).problems).toEqual([]);
    expect(read(operations(51).join(' ')).problems[0]?.message).toMatch(/definitions 51, at most 50/);
  });
});
