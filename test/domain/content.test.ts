import { describe, expect, it } from 'vitest';
import { changed, changesBetween, rebased } from '../../src/domain/content.ts';
import { aUnit } from '../harness.ts';

const { domains, insight, context } = aUnit();
const base = { domains, insight, context, extensions: '{"a:b":1.0}' };

describe('a change', () => {
  it('leaves what it does not name, and what is null', () => {
    expect(changed(base, {})).toEqual(base);
    expect(changed(base, { domains: null, insight: { summary: null }, context: null, extensions: null })).toEqual(base);
    expect(changed(base, { insight: { detail: 'd' }, context: { pattern: 'p' } })).toEqual({
      ...base,
      insight: { ...insight, detail: 'd' },
      context: { ...context, pattern: 'p' },
    });
  });

  it('normalises domains, empties what is empty, and removes extensions by an object without keys', () => {
    const change = { domains: [' A ', 'a', ''], context: { languages: [] }, extensions: ' { } ' };
    expect(changed({ ...base, context: { ...context, languages: ['go'] } }, change)).toEqual({
      ...{ domains: ['a'], insight, extensions: null },
      context: { ...context, languages: [] },
    });
  });

  it('is told by field, in their order, with nothing for what is empty', () => {
    const after = changed(base, { domains: ['x', 'y'], insight: { action: '' }, extensions: '{}' });
    expect(changesBetween(base, after)).toEqual([
      { field: 'domains', before: ['api'], after: ['x', 'y'] },
      { field: 'action', before: [insight.action], after: [] },
      { field: 'extensions', before: ['{"a:b":1.0}'], after: [] },
    ]);
    expect(changesBetween(base, { ...base })).toEqual([]);
  });
});

describe('a rebase', () => {
  const theirs = changed(base, { domains: ['x'], insight: { summary: 's', detail: 'd' } });

  it('keeps what was changed, and has the rest as it is by now', () => {
    const current = changed(base, { insight: { action: 'now' }, context: { languages: ['go'] } });
    expect(rebased(base, theirs, current)).toEqual({
      content: changed(current, { domains: ['x'], insight: { summary: 's', detail: 'd' } }),
      conflicts: [],
    });
  });

  it('finds what both have changed to different values, and not what both have changed alike', () => {
    const current = changed(base, { domains: ['z'], insight: { summary: 's', detail: 'other' } });
    const { content, conflicts } = rebased(base, theirs, current);
    expect(conflicts).toEqual(['domains', 'detail']);
    expect(content).toEqual(theirs);
  });
});
