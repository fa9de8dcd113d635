import { createHash } from 'node:crypto';

/** What of an adopted flag is its own: its unit, its instant and the lack of an author are those of all flags of its instant. */
export interface AdoptedFlag {
  readonly id: string;
  readonly at: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly duplicate_of: string | null;
}

/** The id that the flag at an index of the Python server's unit got when it was carried over. */
const idAt = (unitId: string, index: number) =>
  `flg_${createHash('sha256').update(`${unitId}:${index}`).digest('hex').slice(0, 32)}`;

/**
 * The flags of one unit that must change for those of one instant to be listed as the Python server listed them: by instant, then by
 * id. Ids stay, and what the flags say changes places. `flags` are those without an author, `count` is how many the unit has in all.
 */
export function reordered(unitId: string, count: number, flags: readonly AdoptedFlag[]): AdoptedFlag[] {
  if (new Set(flags.map(({ at }) => at)).size === flags.length) return [];
  const places = new Map(Array.from({ length: count }, (_, index) => [idAt(unitId, index), index]));
  // others were carried over by no step: they were imported, or are of an account that is gone
  const adopted = flags.filter(({ id }) => places.has(id));
  return [...Map.groupBy(adopted, ({ at }) => at).values()].flatMap((tied) => {
    const inOrder = tied.toSorted((one, other) => (places.get(one.id) ?? 0) - (places.get(other.id) ?? 0));
    const ids = tied.map(({ id }) => id).sort();
    return inOrder.flatMap((flag, place) => {
      const id = ids[place] ?? flag.id;
      return id === flag.id ? [] : [{ ...flag, id }];
    });
  });
}
