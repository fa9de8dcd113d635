import { readFileSync } from 'node:fs';

/**
 * Prints the table of `migrations/support/confusables-18.ts`, of Unicode's own `security/VERSION/confusables.txt`:
 * `node scripts/confusables.ts confusables.txt`. Left out is what the skeleton never looks up: characters that NFKC or NFD replaces.
 */
const [, , file = ''] = process.argv;

const byTarget = new Map<string, string[]>();
for (const line of readFileSync(file, 'utf8').split('\n')) {
  const [source, target] = line.split('#')[0]?.split(';') ?? [];
  if (source === undefined || target === undefined) continue;
  const text = String.fromCodePoint(Number.parseInt(source, 16));
  if (text.normalize('NFKC').normalize('NFD') !== text || /\p{Default_Ignorable_Code_Point}/u.test(text)) continue;
  const codes = target.trim().toLowerCase().replaceAll(/\b0+/g, '').replaceAll(/\s+/g, '+');
  byTarget.set(codes, [...(byTarget.get(codes) ?? []), source.trim().toLowerCase().replace(/^0+/, '')]);
}

/** Of one target, as many in a word as a line of the file holds. */
const perWord = 16;
const words = [...byTarget].flatMap(([target, sources]) =>
  Array.from({ length: Math.ceil(sources.length / perWord) }, (_, index) => {
    const some = sources.slice(index * perWord, (index + 1) * perWord);
    return `${target}=${some.join(',')}`;
  }),
);
let row = '';
for (const word of words) {
  if (row.length + word.length > 138) {
    console.log(row);
    row = '';
  }
  row += `${row ? ' ' : ''}${word}`;
}
console.log(row);
