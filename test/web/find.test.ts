import { describe, expect, test } from 'vitest';
import { excerpt } from '../../web/src/pages/find/excerpt.ts';
import { filterOf, filtersOf, isSearch, paramsWith } from '../../web/src/pages/find/filters.ts';
import { firstWords, isSame } from '../../web/src/pages/unit/first-words.ts';
import { momentsOf } from '../../web/src/pages/unit/moments.ts';

const now = new Date('2026-11-27T12:34:56.000Z');
const filters = (query: string) => filtersOf(new URLSearchParams(query));

describe('the address of the find page', () => {
  test('holds every condition, and comes back as it was', () => {
    const query = '?q=pip+cache&domain=python%2Cci&status=PENDING&age=7d';
    expect(paramsWith(filters(query), {})).toBe(query);
    expect(paramsWith(filters(query), { q: '', domain: '', status: '', age: '' })).toBe('');
  });

  test('becomes the conditions of the API', () => {
    const all = filters('domain=python,+ci&language=ts&confidence=0.7-&age=7d&flags=no&status=all');
    expect(filterOf(all, now)).toEqual({
      domains: ['python', 'ci'],
      languages: ['ts'],
      statuses: ['PENDING', 'APPROVED', 'REJECTED', 'RETIRED', 'SUPERSEDED'],
      confidence: { min: 0.7, max: null },
      createdAt: { from: '2026-11-20T12:00:00.000Z' },
      hasFlags: false,
    });
    expect(filterOf(filters(''), now)).toEqual({});
  });

  test('with what it does not know asks for nothing', () => {
    expect(filterOf(filters('status=bogus&age=forever&confidence=high'), now)).toEqual({
      confidence: { min: null, max: null },
    });
  });

  test('is a search where there is something to rank by', () => {
    expect([isSearch(filters('q=x')), isSearch(filters('domain=x')), isSearch(filters('language=ts'))]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('an excerpt', () => {
  const text = `${'word '.repeat(100)}needle ${'more '.repeat(100)}`;
  const at = text.indexOf('needle');

  test('is around the first mark, and keeps the mark in its place', () => {
    const { text: part, marks } = excerpt(text, [{ start: at, end: at + 6 }]);
    expect(part.startsWith('… word')).toBe(true);
    expect(part.endsWith(' …')).toBe(true);
    expect(part.slice(marks[0]?.start, marks[0]?.end)).toBe('needle');
  });

  test('of a short text is all of it', () => {
    expect(excerpt('a b', [])).toEqual({ text: 'a b', marks: [] });
  });
});

test('the first words of a unit are typed in any case', () => {
  expect(firstWords('Pin the `pip` cache key')).toBe('Pin the `pip`');
  expect(isSame('pin  the pip', 'Pin the `pip`')).toBe(true);
  expect(isSame('pin the', 'Pin the `pip`')).toBe(false);
});

test('what happened to a unit is told with the last first', () => {
  const person = (username: string) => ({ id: username, username });
  const moments = momentsOf({
    createdAt: '2026-01-01T00:00:00.000Z',
    proposedBy: person('ada'),
    review: { status: 'APPROVED', reviewedAt: '2026-01-02T00:00:00.000Z', note: null, reviewedBy: person('rosa') },
    revisions: {
      nodes: [
        { id: 'r2', version: 2, createdAt: '2026-01-03T00:00:00.000Z', reason: 'clearer', author: null, changes: [] },
        { id: 'r1', version: 1, createdAt: '2026-01-01T00:00:00.000Z', reason: null, author: null, changes: [] },
      ],
    },
    flags: undefined as never,
    withdrawal: undefined as never,
    status: 'APPROVED',
  });
  expect(moments.map(({ what, who }) => [what, who])).toEqual([
    ['Changed, version 2', undefined],
    ['Approved', 'rosa'],
    ['Proposed', 'ada'],
  ]);
});
