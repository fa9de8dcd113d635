import type { NearFragment, ReviewUnitFragment } from '../../gql/graphql.ts';

/** A unit near the one that is looked at. `basis` is null for one that is only related. */
export interface NearUnit {
  readonly unit: NearFragment;
  readonly similarity: number | null;
  readonly basis: string | null;
}

/** The units that say the same, then those that are related, each once. */
export function nearOf({ duplicates, related }: Pick<ReviewUnitFragment, 'duplicates' | 'related'>): NearUnit[] {
  const same = (duplicates ?? []).map(({ unit, similarity, basis }) => ({ unit, similarity, basis: String(basis) }));
  const ids = new Set(same.map(({ unit }) => unit.id));
  const others = (related ?? []).filter(({ unit }) => !ids.has(unit.id)).map((each) => ({ ...each, basis: null }));
  return [...same, ...others].slice(0, 5);
}

export const basisWords: Record<string, string> = {
  TEXT: 'the same text',
  WORDS: 'nearly the same words',
  MEANING: 'the same meaning',
};

/** The near unit at first: one that says the same and is approved, else none. */
export const firstChoice = (near: readonly NearUnit[]): number =>
  near.findIndex(({ basis, unit }) => basis !== null && unit.status === 'APPROVED');
