import { describe, expect, it } from 'vitest';
import { fromJsonText, parseExactly, toJsonText } from '../../src/domain/json-text.ts';

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
