import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import { tokenize } from '../../src/store/sql/search/analyser.ts';
import { highlighter, maxAnalysed } from '../../src/store/sql/search/highlights.ts';
import { mayHold } from '../../src/store/sql/search/may-hold.ts';
import { campaign } from '../campaign.ts';

vi.mock('../../src/store/sql/search/analyser.ts', async (original) => {
  const analyser = await original<typeof import('../../src/store/sql/search/analyser.ts')>();
  return { ...analyser, tokenize: vi.fn(analyser.tokenize) };
});
const analysed = vi.mocked(tokenize);
const analysedCharacters = () => analysed.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
beforeEach(() => void analysed.mockClear());

/** What words are made of, and what the stemmer, the folding of letters and the division of identifiers go by. */
const pieces = [
  ' ',
  ...(
    'hop Relat sens y Y a be S ss ies eed ed ing at bl iz ational tional enci izer bli biliti bility ization iveness logi icate ' +
    'ative iciti ful ness ement ion ll e X HTTP 2 ٣ é É ﬁ Ａ ß ẞ İ ı Σ ΟΔΟΣ ς ǅ Å 한 \u1112 \u1161 デ ﾃﾞ 数 \u0301 \u05b0 \u093f ' +
    "C# c++ cpp cxx .NET v18 node utf 漢字 𝒜 𐐀 🦭 _ . - / : ' ’ ( ¨ \u200d"
  ).split(' '),
];
const text = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }).map((chosen) => chosen.join(''));

it('no text that holds a token is passed over', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const tokens = tokenize(before);
      for (const token of tokens) {
        expect(mayHold([token])(before)).toBe(true);
        if (tokenize(after).includes(token)) expect(mayHold(tokens)(after)).toBe(true);
      }
    }),
    // marks that no letter takes up are letters of their own, at an end too
    { numRuns: campaign(3000, 300_000), examples: [['izer\u093f\u093f', ' ']] },
  );
});

/** A page of the longest texts, of words that occur once each. */
function page(beginning: string): { summary: string; detail: string; action: string }[] {
  let count = 0;
  const unique = (length: number) => {
    let words = '';
    while (words.length < length) words += `${beginning}${(count++).toString(36).replaceAll(/\d/g, 'q')} `;
    return words.slice(0, length);
  };
  return Array.from({ length: 50 }, () => ({ summary: unique(500), detail: unique(8000), action: unique(2000) }));
}

it('what begins as no word of the question is not analysed', () => {
  const find = highlighter(['walru', 'idl', 'gatewai']);
  const units = page('word').map((unit) => ({ ...unit, detail: `${unit.detail.slice(8)} gateway` }));
  for (const unit of units) expect(find(unit).detail).toHaveLength(1);
  expect(analysedCharacters()).toBe('gateway'.length);
});

it('a bounded part is analysed of texts that are made to be', () => {
  const find = highlighter(['walru']);
  const units = page('walrus');
  for (const unit of units) find(unit);
  const bound = units.length * (500 + 2 * maxAnalysed);
  expect(analysedCharacters()).toBeGreaterThan(bound / 2);
  expect(analysedCharacters()).toBeLessThanOrEqual(bound);
});

it('words that repeat are analysed once in a page', () => {
  const find = highlighter(['walru']);
  for (let unit = 0; unit < 50; unit++)
    find({ summary: 'walruses', detail: 'walrusqq '.repeat(800), action: 'no walruses' });
  expect(analysed.mock.calls.map(([word]) => word)).toEqual(['walruses', 'walrusqq']);
});
