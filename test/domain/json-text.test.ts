import { describe, expect, it } from 'vitest';
import { fromJsonText, parseExactly, toJsonText, withFiniteNumbers } from '../../src/domain/json-text.ts';

describe('JSON text', () => {
  it.for([
    '{"a":1.0,"b":[1e400,-0.0,123456789012345678901234567890],"c":{"d":1E2,"e":null,"f":"1.0"}}',
    '{"__proto__":1.50,"constructor":{"x":[[0.10]]}}',
    '{}',
  ])('%s comes back as it was', (text) => {
    expect(toJsonText(parseExactly(text))).toBe(text);
    expect(JSON.stringify({ v: fromJsonText(text) })).toBe(`{"v":${text}}`);
  });

  it('is read as JSON.parse reads it', () => {
    const text = '{"a":1.0,"b":[2,3.50]}';
    expect(parseExactly(text)).toEqual(JSON.parse(text));
  });
});

it('numbers beyond the largest double become null, and nothing else changes', () => {
  const digits = '9'.repeat(400);
  expect(withFiniteNumbers(`{"a":1e999,"b":[-1e999,${digits},1.0,-0,1e5],"1e999":"say \\"1e999\\""}`)).toBe(
    '{"a":null,"b":[null,null,1.0,-0,1e5],"1e999":"say \\"1e999\\""}',
  );
  expect(withFiniteNumbers('{"a":1.0}')).toBe('{"a":1.0}');
  for (const text of ['\\', '"', '\\"', '\\\\', '1e999\\', '\\1e999"', '\n1e999', '\u2028'])
    expect(withFiniteNumbers(JSON.stringify({ a: text, b: [text] }).replace(']', ',1e999]'))).toBe(
      JSON.stringify({ a: text, b: [text, null] }),
    );
});

it.for([
  ['a text', 'x'],
  ['a text of digits', '1'],
] as const)('%s as long as an import takes does not matter to the numbers beside it', ([, part]) => {
  const long = JSON.stringify(part.repeat(20_000_000 / part.length));
  const read = withFiniteNumbers(`{"a":${long},"b":1e999}`);
  // comparing by expect would print it
  expect(read === `{"a":${long},"b":null}`).toBe(true);
});
