import { expect, it } from 'vitest';
import { normalize } from '../src/normal-forms.ts';

const forms = ['NFC', 'NFD', 'NFKC'] as const;

it.for(forms)('makes %s of what is written', (form) => {
  const texts = [
    '',
    'plain',
    'Cafe\u0301 a\u0323\u0302 ậ \u1112\u1161\u11ab 한 \u212b ﬁ ２ ﷺ \u0958 \u0dd9\u0dcf\u0dca',
    `a${'\u0301\u0316'.repeat(32)}b`,
    `${'e\u0301\u0323 '.repeat(1000)}\n${'ﾊﾞ'.repeat(1000)}\ud800`,
    // as many marks as there are, but never more than some in a row
    `${`o${'\u0301\u0316\u0334'.repeat(21)}`.repeat(100)}`,
  ];
  for (const text of texts) expect(normalize(text, form)).toBe(text.normalize(form));
});

it.for(forms)('makes %s of the rest where marks follow each other without end', (form) => {
  const run = '\u0301\u0316'.repeat(100);
  const made = normalize(`Cafe\u0301 ${run} e\u0301`, form);
  expect(made.startsWith('Café '.normalize(form))).toBe(true);
  expect(made.endsWith(' é'.normalize(form))).toBe(true);
  expect([...made].filter((sign) => sign === '\u0316')).toHaveLength(100);
});

it.for([
  ['marks', '\u0301\u0316', ''],
  ['marks in the worst order', '\u0301', '\u0316'],
  ['halfwidth marks', '\u0301', '\uff9e'],
  ['two marks in one', '\u0344', '\u0316'],
] as const)('takes no longer for a megabyte of %s', ([, one, other]) => {
  const text = `a${one.repeat(250_000)}${other.repeat(250_000)}`;
  for (const form of forms) expect(normalize(text, form).length).toBeGreaterThan(250_000);
});
