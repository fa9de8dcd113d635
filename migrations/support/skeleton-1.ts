import { createHash } from 'node:crypto';
import { confusables } from './confusables-18.ts';

/** By character: what it looks like (UTS 39). */
const prototypes = new Map<string, string>();
for (const group of confusables.trim().split(/\s+/)) {
  const [target = '', sources = ''] = group.split('=');
  for (const source of sources.split(',')) prototypes.set(character(source), target.split('+').map(character).join(''));
}

function character(hex: string): string {
  return String.fromCodePoint(Number.parseInt(hex, 16));
}

/** Unicode's full case folding, near enough: what is equal there is equal here. */
const fold = (text: string) => text.toUpperCase().toLowerCase().replaceAll('ς', 'σ');

/** The skeleton of UTS 39, without regard to case, to a dot that i and j have anyway, and to how wide spaces are. */
function skeleton(text: string): string {
  const shown = text.normalize('NFD').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  const looks = Array.from(shown, (sign) => prototypes.get(sign) ?? sign).join('');
  return fold(looks)
    .normalize('NFD')
    .replace(/(?<=[ij])\u0307/gu, '')
    .replace(/\p{Z}+/gu, ' ')
    .trim();
}

/**
 * What a name looks like: two names are mistaken for one another if they share an element. One is of the name in lower case, the
 * other of the name as it is: I looks like l, and i does not. Digests, so that they have one length.
 */
export function skeletonsOf(name: string): string[] {
  const compatible = name.normalize('NFKC');
  const both = [skeleton(fold(compatible)), skeleton(compatible)];
  return [...new Set(both)].map((text) => createHash('sha256').update(text).digest('base64url')).sort();
}
