import type { Contestant } from './contestant.ts';
import { floorPostgres } from './floor-postgres.ts';
import { floorSqlite } from './floor-sqlite.ts';
import { ours } from './ours.ts';
import { mercuriusJit } from './outside/mercurius-jit.ts';
import { postgraphile } from './outside/postgraphile.ts';
import { yogaJit } from './outside/yoga-jit.ts';
import { python } from './python.ts';
import { yoga } from './yoga.ts';

/** The one that all others are put in relation to. */
export const baseline = yoga;

/** In the order of the tables. */
export const contestants: readonly Contestant[] = [
  yoga,
  yogaJit,
  mercuriusJit,
  floorSqlite,
  floorPostgres,
  postgraphile,
  ...ours,
  ...(python ? [python] : []),
];

/** The contestants of these names, and the baseline; throws for a name that there is not. */
export function named(names: readonly string[]): readonly Contestant[] {
  const known = new Set(contestants.map(({ name }) => name));
  for (const name of names)
    if (!known.has(name)) throw new Error(`There is no contestant ${name}. There are ${[...known].join(', ')}.`);
  return contestants.filter((one) => one === baseline || names.includes(one.name));
}
