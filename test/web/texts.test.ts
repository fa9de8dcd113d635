import { describe, expect, test } from 'vitest';
import { countHidden, cutHidden, nameHidden } from '../../web/src/design/hidden-characters.ts';
import { cutAt, toUtf16 } from '../../web/src/design/highlight.ts';
import { codePoints, count, percent, plural, ratio } from '../../web/src/design/numbers.ts';
import { distance, relative } from '../../web/src/design/relative-time.ts';
import { splitBackticks, splitCode } from '../../web/src/design/split-code.ts';
import { sameness, wordDiff } from '../../web/src/design/word-diff.ts';

describe('code in a text', () => {
  const kinds = (text: string) => splitCode(text).map(({ kind, text: part }) => [kind, part]);

  test('stands in backticks and fences, and the rest is prose', () => {
    expect(kinds('Use `a != b`, then\n```sh\n$ run\n```\nDone.')).toEqual([
      ['prose', 'Use '],
      ['code', 'a != b'],
      ['prose', ', then\n'],
      ['block', '$ run'],
      ['prose', 'Done.'],
    ]);
  });

  test('knows no other Markdown', () => {
    const text = '<b>bold</b> [a link](https://example.com) # no heading ![x](y) **strong**';
    expect(kinds(text)).toEqual([['prose', text]]);
  });

  test.each([
    ['a run that nothing closes', 'a ` b'],
    ['two runs of different length', 'a `` b ` c'],
    ['a run that a line break cuts', 'a `b\nc` d'],
    ['nothing between', 'a `` b'],
  ])('is no code: %s', (_what, text) => {
    expect(kinds(text)).toEqual([['prose', text]]);
  });

  test('may have backticks in longer runs, and a fence without an end goes to the end', () => {
    expect(kinds('``a`b`` c')).toEqual([
      ['code', 'a`b'],
      ['prose', ' c'],
    ]);
    expect(kinds('x\n```\nlast')).toEqual([
      ['prose', 'x\n'],
      ['block', 'last'],
    ]);
  });

  test('says where each part begins, so that marks fall into their places', () => {
    const text = 'a `bc`\n```js\nd\n```\ne';
    for (const part of splitCode(text)) expect(text.slice(part.start).startsWith(part.text)).toBe(true);
    expect(splitBackticks('`x` y')).toEqual([
      { kind: 'code', text: 'x', start: 1 },
      { kind: 'prose', text: ' y', start: 3 },
    ]);
  });
});

describe('characters that are not seen', () => {
  const named = (text: string) =>
    cutHidden(text)
      .filter(({ isHidden }) => isHidden)
      .map(({ text: run }) => nameHidden(run));

  test.each([
    ['an override of the reading direction', 'if (admin\u202e) \u2066# safe', ['U+202E', 'U+2066']],
    ['a zero-width space', 'pass\u200bword', ['U+200B']],
    ['a joiner between Latin letters', 'pass\u200dword', ['U+200D']],
    ['a sequence for terminals', '\u001b[2Jclear', ['U+001B']],
    ['a run of many', `x${'\u00ad'.repeat(9)}`, ['U+00AD U+00AD U+00AD U+00AD and 5 more']],
    ['joiners that join nothing', '\u200d\u200c', ['U+200D U+200C']],
    ['more variation selectors than one', 'x\ufe0f\ufe00\ufe01', ['U+FE00 U+FE01']],
    ['tags, which agents may obey', 'ok\u{e0072}\u{e006d}\u{e0020}\u{e002a}', ['hidden text “rm *”']],
    ['a byte order mark', '\ufeffx', ['U+FEFF']],
  ])('are shown by name: %s', (_what, text, names) => {
    expect(named(text)).toEqual(names);
    expect(
      cutHidden(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });

  test.each(['👩\u200d🔥 ❤️\u200d🔥 🏳️\u200d🌈 1️⃣', 'می\u200cخواهم', 'क्\u200dष', 'a\tb\r\nc', 'é שלום'])(
    'are not those that languages and emoji need: %s',
    (text) => {
      expect([named(text), countHidden([text])]).toEqual([[], 0]);
    },
  );

  test('are counted', () => {
    expect(countHidden(['a\u200bb\u200b\u200b', '\u{e0041}'])).toBe(4);
  });
});

describe('highlights', () => {
  test('count code points, and are cut in UTF-16', () => {
    const text = '👩 key';
    expect(toUtf16(text, [{ start: 2, end: 5 }])).toEqual([{ start: 3, end: 6 }]);
    expect(text.slice(3, 6)).toBe('key');
  });

  test('are cut at the ends of the part that they stand in', () => {
    const pieces = cutAt(
      'cdef',
      [
        { start: 0, end: 3 },
        { start: 4, end: 9 },
      ],
      2,
    );
    expect(pieces.map(({ text, marked }) => [text, marked])).toEqual([
      ['c', true],
      ['d', false],
      ['ef', true],
    ]);
  });
});

describe('numbers and times', () => {
  test('are short and exact', () => {
    expect(ratio(0.6000000000000001)).toBe('0.60');
    expect(count(1234567)).toBe('1\u202f234\u202f567');
    expect([plural(1, 'unit'), plural(2, 'unit')]).toEqual(['1 unit', '2 units']);
    expect([percent(1, 3), percent(0, 0)]).toEqual(['33 %', '–']);
    expect(codePoints('👩x')).toBe(2);
  });

  test.each([
    [0, 'now'],
    [4999, 'now'],
    [40_000, '40 s'],
    [7_200_000, '2 h'],
    [3 * 86_400_000, '3 d'],
    [800 * 86_400_000, '2 y'],
  ])('%d ms is %s', (ms, text) => {
    expect(distance(ms)).toBe(text);
  });

  test('look ahead and back', () => {
    const now = new Date('2026-11-27T12:00:00.000Z');
    expect(relative(new Date('2026-11-27T10:00:00.000Z'), now)).toBe('2 h ago');
    expect(relative(new Date('2026-11-30T12:00:00.000Z'), now)).toBe('in 3 d');
  });
});

describe('the difference of two texts', () => {
  test('is by words, and puts together what stays', () => {
    const parts = wordDiff('Set the key first', 'Set another key first');
    expect(parts.map(({ kind, text }) => [kind, text.trim()])).toEqual([
      ['same', 'Set'],
      ['removed', 'the'],
      ['added', 'another'],
      ['same', 'key first'],
    ]);
    const without = (kind: string) =>
      parts
        .filter((part) => part.kind !== kind)
        .map(({ text }) => text)
        .join('');
    expect([without('added'), without('removed')]).toEqual(['Set the key first', 'Set another key first']);
  });

  test('of texts that are long or unlike is said as a whole', () => {
    const parts = wordDiff('a '.repeat(9000), 'b '.repeat(9000));
    expect(parts.map(({ kind }) => kind)).toEqual(['removed', 'added']);
    expect(sameness(parts)).toBe(0);
    expect(sameness(wordDiff('one two', 'one two'))).toBe(1);
    // short, and of nothing but other words
    const words = (from: number) => Array.from({ length: 1000 }, (_, index) => `${from + index}`).join(' ');
    expect(wordDiff(words(1000), words(5000)).map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});
