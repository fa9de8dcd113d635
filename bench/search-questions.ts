import { tokenize } from '../src/store/sql/search/analyser.ts';
import type { SearchQuestion, Store } from '../src/store/store.ts';
import { generateUnits } from './generate.ts';
import { vectorOfUnit } from './vectors.ts';

/** A kind of question that a store is asked, in several forms. Further kinds of search go in here. */
export interface SearchKind {
  readonly name: string;
  readonly forms: readonly SearchQuestion[];
  /** Of a hybrid search: the kinds that ask for the same words and the same meaning alone. */
  readonly parts?: readonly [words: string, meaning: string];
}

interface Asked {
  readonly words?: string;
  readonly domains?: readonly string[];
  readonly vector?: Float32Array;
}

const variety = 4;
/** What the server gives a meaning unless told. */
const weight = 0.4;

/** Searches by words of several rarities, by domain, by meaning, and by several of them, of approved units as agents ask. */
export async function searchKinds(store: Store, modelId: number): Promise<SearchKind[]> {
  const pools = wordPools(2000);
  const take = (pool: readonly string[], count: number, form: number) =>
    Array.from({ length: count }, (_word, place) => pool[(form * 37 + place * 11) % pool.length]).join(' ');
  const domains = await domainPools(store);
  const vectors = questionVectors(variety);
  const commonest = (await store.stats.domainCounts(2)).map(({ domain }) => domain);

  const kind = (name: string, ask: (form: number) => Asked, parts?: SearchKind['parts']): SearchKind => ({
    name,
    parts,
    forms: Array.from({ length: variety }, (_form, place) => {
      const { words: text, domains, vector } = ask(place);
      const meaning = vector && { modelId, vector, meanCosine: null, weight };
      return { text, meaning, filter: { statuses: ['approved'], domains }, limit: 5 };
    }),
  });

  const words = Object.entries(pools).flatMap(([pool, those]) =>
    [1, 3, 6, 10].map((count) => ({ name: `${count} ${pool} words`, of: (form: number) => take(those, count, form) })),
  );
  const places = Object.entries(domains).map(([name, those]) => ({
    name: `${name} domain`,
    of: (form: number) => [those[form % those.length] ?? ''],
  }));
  const mixed = (form: number) => take(pools.mixed, 6, form);
  const vector = (form: number) => vectors[form];

  return [
    ...words.map(({ name, of }) => kind(name, (form) => ({ words: of(form) }))),
    ...places.map(({ name, of }) => kind(name, (form) => ({ domains: of(form) }))),
    kind('two head domains', () => ({ domains: commonest })),
    ...places.map(({ name, of }) =>
      kind(`${name}, 6 mixed words`, (form) => ({ domains: of(form), words: mixed(form) })),
    ),
    kind('meaning', (form) => ({ vector: vector(form) })),
    ...places.map(({ name, of }) => kind(`${name}, meaning`, (form) => ({ domains: of(form), vector: vector(form) }))),
    ...words
      .filter(({ name }) => /^[36] (common|mixed)/.test(name))
      .map(({ name, of }) =>
        kind(`${name} and meaning`, (form) => ({ words: of(form), vector: vector(form) }), [name, 'meaning']),
      ),
    ...places.map(({ name, of }) =>
      kind(
        `${name}, 6 mixed words and meaning`,
        (form) => ({ domains: of(form), words: mixed(form), vector: vector(form) }),
        [`${name}, 6 mixed words`, `${name}, meaning`],
      ),
    ),
  ];
}

/** What questions mean: what units would that no store holds. */
export function questionVectors(count: number): Float32Array[] {
  return [...generateUnits(count, 2)].map(({ unit }) => vectorOfUnit(unit));
}

/** The commonest domain; some on a twentieth as many units; some on a few. */
export async function domainPools(store: Store) {
  const tags = await store.stats.domainCounts(100_000);
  const most = tags[0]?.count ?? 0;
  const about = (count: number) =>
    [...tags]
      .sort((one, other) => Math.abs(one.count - count) - Math.abs(other.count - count))
      .slice(0, variety)
      .map(({ domain }) => domain);
  return { head: about(most).slice(0, 1), middle: about(most / 20), rare: about(6) };
}

/** Words that stand in many units, in many to some, and in hardly any, by the first `sample` units. */
function wordPools(sample: number) {
  const shares = new Map<string, number>();
  for (const { unit } of generateUnits(sample))
    for (const word of new Set(tokenize(`${unit.insight.summary} ${unit.insight.detail} ${unit.insight.action}`)))
      if (!word.includes('_')) shares.set(word, (shares.get(word) ?? 0) + 1 / sample);
  const between = (least: number, most: number) =>
    [...shares].flatMap(([word, share]) => (share >= least && share <= most ? [word] : [])).sort();
  return { common: between(0.2, 0.4), mixed: between(0.01, 0.4), rare: between(0, 0.002) };
}
