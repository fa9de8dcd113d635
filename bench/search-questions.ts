import { tokenize } from '../src/store/sql/words.ts';
import type { SearchQuestion, Store } from '../src/store/store.ts';
import { generateUnits } from './generate.ts';

/** A kind of question that a store is asked, in several forms. Further kinds of search go in here. */
export interface SearchKind {
  readonly name: string;
  readonly forms: readonly SearchQuestion[];
}

const variety = 4;

/** Searches by words of several rarities, by domain, and by both, of approved units as agents ask. */
export async function searchKinds(store: Store): Promise<SearchKind[]> {
  const shares = wordShares(2000);
  const between = (least: number, most: number) =>
    [...shares].flatMap(([word, share]) => (share >= least && share <= most ? [word] : [])).sort();
  const pools = { common: between(0.2, 0.4), mixed: between(0.01, 0.4), rare: between(0, 0.002) };
  const take = (pool: readonly string[], count: number, form: number) =>
    Array.from({ length: count }, (_word, place) => pool[(form * 37 + place * 11) % pool.length]).join(' ');
  const tags = await store.stats.domainCounts(100_000);
  const head = tags[0]?.domain ?? '';
  const near = (tags[0]?.count ?? 0) / 20;
  const middle = [...tags].sort((one, other) => Math.abs(one.count - near) - Math.abs(other.count - near));
  const kind = (name: string, ask: (form: number) => { text?: string; domains?: string[] }): SearchKind => ({
    name,
    forms: Array.from({ length: variety }, (_form, place) => {
      const { text, domains } = ask(place);
      return { text, filter: { statuses: ['approved'], domains }, limit: 5 };
    }),
  });
  return [
    ...Object.entries(pools).flatMap(([name, pool]) =>
      [1, 3, 6, 10].map((count) => kind(`${count} ${name} words`, (form) => ({ text: take(pool, count, form) }))),
    ),
    kind('head domain', () => ({ domains: [head] })),
    kind('middle domain', (form) => ({ domains: [middle[form]?.domain ?? head] })),
    kind('head domain, 6 mixed words', (form) => ({ domains: [head], text: take(pools.mixed, 6, form) })),
    kind('middle domain, 6 mixed words', (form) => ({
      domains: [middle[form]?.domain ?? head],
      text: take(pools.mixed, 6, form),
    })),
  ];
}

/** In which part of the units each word stands, by the first `sample` of them. */
function wordShares(sample: number): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { unit } of generateUnits(sample))
    for (const word of new Set(tokenize(`${unit.insight.summary} ${unit.insight.detail} ${unit.insight.action}`)))
      if (!word.includes('_')) shares.set(word, (shares.get(word) ?? 0) + 1 / sample);
  return shares;
}
