import { describe, expect, test } from 'vitest';
import type { ActivityType } from '../../web/src/gql/graphql.ts';
import { excerpt } from '../../web/src/pages/find/excerpt.ts';
import { filterOf, filtersOf, isSearch, paramsWith } from '../../web/src/pages/find/filters.ts';
import { inWords, stepsOf } from '../../web/src/pages/unit/confidence-steps.ts';
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

  test('has ends of confidence as the buckets of the dashboard have them', () => {
    expect(filterOf(filters('confidence=0.70-0.80'), now)).toEqual({
      confidence: { min: 0.7, max: 0.7999999999999999 },
    });
    expect(filterOf(filters('confidence=0.90-1.00'), now)).toEqual({ confidence: { min: 0.9, max: 1 } });
    expect(filterOf(filters('confidence=-0.5'), now).confidence?.max).toBeLessThan(0.5);
  });

  test('asks for what was never used, and for what a person proposed', () => {
    expect(filterOf(filters('used=never&by=mia'), now)).toEqual({
      lastAnsweredAt: { to: '2000-01-01T00:00:00.000Z' },
      proposedBy: 'mia',
    });
    expect(filterOf(filters('used=yes'), now)).toEqual({ lastAnsweredAt: { from: '2000-01-01T00:00:00.000Z' } });
  });

  test('asks for what was decided on days, as the server counts them', () => {
    const between = (from: string, to: string) => ({
      reviewedAt: { from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z` },
    });
    expect(filterOf(filters('decided=2026-02-28'), now)).toEqual(between('2026-02-28', '2026-03-01'));
    expect(filterOf(filters('decided=2026-11-01..2026-11-03'), now)).toEqual(between('2026-11-01', '2026-11-04'));
    expect(filterOf(filters('decided=7d'), now)).toEqual(between('2026-11-21', '2026-11-28'));
    expect(filterOf(filters('decided=2026-13-01'), now)).toEqual({});
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

describe('what happened to a unit', () => {
  const person = (username: string) => ({ id: username, username });
  const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`;
  const unit = {
    createdAt: day(1),
    proposedBy: person('ada'),
    review: { status: 'APPROVED' as const, reviewedAt: day(2), note: null, reviewedBy: person('rosa') },
    revisions: {
      nodes: [
        { id: 'r2', version: 2, createdAt: day(3), reason: 'clearer', author: null, changes: [] },
        { id: 'r1', version: 1, createdAt: day(1), reason: null, author: null, changes: [] },
      ],
    },
    flags: undefined as never,
    withdrawal: undefined as never,
    status: 'APPROVED' as const,
  };
  const event = (id: string, type: ActivityType, at: string, version: number | null = 1) => ({
    ...{ id, type, at, version, note: null, actor: person('mia') },
  });

  test('is told with the last first', () => {
    expect(momentsOf(unit, [], true).map(({ what, who }) => [what, who])).toEqual([
      ['Changed, version 2', undefined],
      ['Approved', 'rosa'],
      ['Proposed', 'ada'],
    ]);
  });

  test('is told once, by events and what the unit shows', () => {
    const events = [
      event('e4', 'CONFIRMED', day(5), 2),
      event('e3', 'REVISED', day(4), 2),
      event('e2', 'CONFIRMED', day(2)),
      event('e1', 'PROPOSED', day(1)),
    ];
    const moments = momentsOf(unit, events, true);
    expect(moments.map(({ what, at }) => [what, at])).toEqual([
      ['Confirmed in version 2', day(5)],
      ['Changed, version 2', day(4)],
      ['Confirmed', day(2)],
      // no event tells of it
      ['Approved', day(2)],
      ['Proposed', day(1)],
    ]);
    expect(moments[1]).toMatchObject({ who: 'mia', note: 'clearer', changes: [] });
  });

  test('is told as far back as the events that are there', () => {
    const moments = momentsOf(unit, [event('e4', 'CONFIRMED', day(4), 2)], false);
    expect(moments.map(({ what }) => what)).toEqual(['Confirmed in version 2']);
  });
});

describe('the line of confidence', () => {
  const points = [
    { at: '2026-01-01T00:00:00.000Z', confidence: 0.5 },
    { at: '2026-01-02T00:00:00.000Z', confidence: 0.6 },
  ];

  test('goes in steps until now', () => {
    expect(stepsOf(points, new Date('2026-01-03T00:00:00.000Z'), 100, 10)).toBe('0.0,5.0 50.0,5.0 50.0,4.0 100,4.0');
  });

  test('is a sentence too', () => {
    expect(inWords(points)).toBe('Confidence over time: from 0.50 to 0.60, between 0.50 and 0.60.');
  });
});
