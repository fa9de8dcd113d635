import { impactIn, postingSize, termAt } from './postings.ts';

/** A term takes 48 of the 53 bits of a whole number in a double; the others tell the units of a group apart. */
const groupSize = 32;

/**
 * Which of a list of units have a term, without a look at each of them: the terms of each 32 units are one sorted array, eight bytes for
 * each posting, in which a term is found by bisection.
 */
export interface TermGroups {
  /** Adds the postings of a unit to the end of the list. */
  add(postings: Uint8Array): void;
  /** The places in the list of the units that have the term, from this place on, in ascending order. */
  placesOf(term: number, from: number): number[];
}

export function createTermGroups(): TermGroups {
  const units: Uint8Array[] = [];
  /** Of each 32 units the terms, each with the place of its unit among them. Made when one is looked for. */
  const groups: Float64Array[] = [];
  return {
    add(postings) {
      units.push(postings);
    },
    placesOf(term, from) {
      while ((groups.length + 1) * groupSize <= units.length)
        groups.push(sorted(units.slice(groups.length * groupSize, (groups.length + 1) * groupSize)));
      const places: number[] = [];
      for (let group = Math.floor(from / groupSize); group < groups.length; group++) {
        const terms = groups[group] as Float64Array;
        for (let at = firstFrom(terms, term * groupSize); at < terms.length; at++) {
          const offset = (terms[at] as number) - term * groupSize;
          if (offset >= groupSize) break;
          const place = group * groupSize + offset;
          if (place >= from) places.push(place);
        }
      }
      for (let place = Math.max(from, groups.length * groupSize); place < units.length; place++)
        if (impactIn(units[place] as Uint8Array, term) > 0) places.push(place);
      return places;
    },
  };
}

function sorted(units: readonly Uint8Array[]): Float64Array {
  const terms = new Float64Array(units.reduce((sum, { length }) => sum + length / postingSize, 0));
  let at = 0;
  for (const [place, postings] of units.entries())
    for (let byte = 0; byte < postings.length; byte += postingSize)
      terms[at++] = termAt(postings, byte) * groupSize + place;
  return terms.sort();
}

/** The place of the first number that is not below the least one. */
function firstFrom(numbers: Float64Array, least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
