import { describe, expect, it } from 'vitest';
import { editsBetween, firstKeyOf, keysOf, probesOf } from '../../src/store/sql/search/spelling-keys.ts';
import { random } from './conformance/fixture.ts';

describe('words are alike', () => {
  it.for<[one: string, other: string, edits: number | null]>([
    ['attributte', 'attribute', 1],
    ['pyhton', 'python', 1],
    ['recieve', 'receive', 1],
    ['maintainance', 'maintenance', 2],
    ['kuberentes', 'kubernetes', 1],
    ['cache', 'cashe', 1],
    ['cache', 'cahce', 1],
    ['cache', 'watch', null],
    ['redis', 'radix', null],
    ['python', 'pyxxon', null],
    ['pythonic', 'pyxxonic', 2],
    ['pythonic', 'pyxxxnic', null],
    ['source', 'course', null],
    ['xalrus', 'walrus', null],
    ['awlrus', 'walrus', 1],
    ['xarwhalen', 'narwhalen', 1],
    ['form', 'worm', null],
    ['form', 'farm', 1],
    ['same', 'same', 0],
  ])('%s and %s: %o edits', ([one, other, edits]) => {
    expect(editsBetween(one, other)).toBe(edits);
    expect(editsBetween(other, one)).toBe(edits);
  });
});

it('each word that is alike has a key among the probes', () => {
  const next = random(7);
  const letter = () => 'abcdefghij'[Math.floor(next() * 10)] ?? 'a';
  const place = (word: string) => Math.floor(next() * (word.length + 1));
  const edit = (word: string): string => {
    const at = place(word);
    const kind = Math.floor(next() * 4);
    if (kind === 0) return word.slice(0, at) + letter() + word.slice(at);
    if (kind === 1) return word.slice(0, at) + word.slice(at + 1);
    if (kind === 2) return word.slice(0, at) + letter() + word.slice(at + 1);
    return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
  };
  let compared = 0;
  for (let round = 0; round < 3000; round++) {
    const word = Array.from({ length: 4 + Math.floor(next() * 12) }, letter).join('');
    const typed = round % 2 ? edit(word) : edit(edit(word));
    if (typed.length < 4 || editsBetween(typed, word) === null) continue;
    compared++;
    const probes = new Set(probesOf(typed));
    expect([typed, word, keysOf(word).some((key) => probes.has(key))]).toEqual([typed, word, true]);
  }
  expect(compared).toBeGreaterThan(1000);
});

it('a word has six keys, and a misspelt one few hundred probes at most', () => {
  expect(new Set(keysOf('connection')).size).toBe(6);
  expect(keysOf('connection')[0]).toBe(firstKeyOf('connection'));
  for (const word of ['cach', 'connection', 'x'.repeat(24)]) expect(probesOf(word).length).toBeLessThanOrEqual(150);
});
