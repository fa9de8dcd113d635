import type { KnowledgeUnit, Store, UnitFilter } from '../src/store/store.ts';
import { generateUnits } from './generate.ts';
import { median } from './measure.ts';
import { domainPools, questionVectors } from './search-questions.ts';
import { vectorOfUnit } from './vectors.ts';

/** How many of the nearest units a store found, of as many as there are. */
export interface Recall {
  readonly size: number;
  readonly database: string;
  readonly question: string;
  /** The mean over all questions, and the one with the fewest. */
  readonly mean: number;
  readonly least: number;
  /** The median time that the store took. */
  readonly ms: number;
}

/** How many units are asked for. */
const depth = 10;
/** Similarities have four decimals, and databases may round to different sides. */
const step = 0.0001;

interface Asked {
  readonly name: string;
  readonly filter: UnitFilter;
  readonly vector: Float32Array;
}

/** Asks each store for what is nearest to `count` vectors, and compares it with every unit there is. */
export async function recalls(
  stores: Readonly<Record<string, { readonly store: Store; readonly modelId: number }>>,
  size: number,
  count = 50,
): Promise<Recall[]> {
  const asked = await questions(Object.values(stores)[0]?.store as Store, count);
  const exact = nearest(asked, size);
  const results: Recall[] = [];
  for (const [database, { store, modelId }] of Object.entries(stores)) {
    const shares = new Map<string, { right: number; ms: number }[]>();
    for (const [place, { name, filter, vector }] of asked.entries()) {
      const best = exact[place] ?? [];
      const farthest = best.at(-1) ?? Number.POSITIVE_INFINITY;
      const start = performance.now();
      const found = await store.embeddings.nearest(modelId, vector, filter, depth);
      // of units that are equally near, any will do
      const right = found.filter(({ similarity }) => similarity >= farthest - step).length;
      const share = { right: best.length === 0 ? 1 : right / best.length, ms: performance.now() - start };
      shares.set(name, [...(shares.get(name) ?? []), share]);
    }
    for (const [question, of] of shares)
      results.push({
        size,
        database,
        question,
        mean: of.reduce((sum, { right }) => sum + right, 0) / of.length,
        least: Math.min(...of.map(({ right }) => right)),
        ms: median(of.map(({ ms }) => ms)),
      });
  }
  return results;
}

async function questions(store: Store, count: number): Promise<Asked[]> {
  const domains = await domainPools(store);
  const narrowed = Object.entries(domains).map(([name, [domain = '']]) => [`${name} domain`, [domain]] as const);
  const filters: [string, UnitFilter][] = [
    ['any unit', {}],
    ['approved', { statuses: ['approved'] }],
    ['waiting', { statuses: ['pending'] }],
    ['approved, public', { statuses: ['approved'], tiers: ['public'] }],
    ...narrowed.map(([name, domains]): [string, UnitFilter] => [name, { statuses: ['approved'], domains }]),
  ];
  const vectors = questionVectors(count);
  return filters.flatMap(([name, filter]) => vectors.map((vector) => ({ name, filter, vector })));
}

/** The similarities of the nearest units to each question, nearest first, worked out over all of them; holds one vector at a time. */
function nearest(asked: readonly Asked[], size: number): number[][] {
  const best: number[][] = asked.map(() => []);
  const vectors = [...new Set(asked.map(({ vector }) => vector))];
  for (const { unit } of generateUnits(size)) {
    const own = vectorOfUnit(unit);
    const similarity = new Map(vectors.map((vector) => [vector, dot(own, vector)]));
    asked.forEach(({ filter, vector }, place) => {
      const nearness = similarity.get(vector) ?? 0;
      const kept = best[place] ?? [];
      if ((kept.length < depth || nearness > (kept.at(-1) ?? 0)) && passes(unit, filter)) {
        kept.push(nearness);
        kept.sort((one, other) => other - one);
        kept.length = Math.min(kept.length, depth);
      }
    });
  }
  return best;
}

function passes({ status, tier, domains: own }: KnowledgeUnit, { statuses, tiers, domains }: UnitFilter): boolean {
  return (
    (statuses?.includes(status) ?? true) &&
    (tiers?.includes(tier) ?? true) &&
    (domains?.some((domain) => own.includes(domain)) ?? true)
  );
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
