import { createHash } from 'node:crypto';
import type { Mutant } from './mutant.ts';
import { rules } from './mutant.ts';

/**
 * The mutants in an order that only they and the seed decide, the rules taking turns: whatever number is taken from the
 * front, each rule has its share while it has places left.
 */
export function shuffle(mutants: readonly Mutant[], seed: string): Mutant[] {
  const drawn = mutants
    .map((mutant) => ({
      mutant,
      draw: createHash('sha256')
        .update(`${seed} ${placeOf(mutant)}`)
        .digest('hex'),
    }))
    .sort((one, other) => (one.draw < other.draw ? -1 : 1))
    .map(({ mutant }) => mutant);
  const turns = rules.map((rule) => drawn.filter((mutant) => mutant.rule === rule));
  const longest = Math.max(0, ...turns.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => turns.flatMap((ofRule) => ofRule[turn] ?? [])).flat();
}

function placeOf({ file, start, end, text }: Mutant): string {
  return `${file} ${start} ${end} ${text}`;
}
