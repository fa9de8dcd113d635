import type { KnowledgeUnit, Store, UnitFilter } from '../src/store/store.ts';
import { generateUnits } from './generate.ts';
import { domainPools, searchKinds } from './search-questions.ts';

/** What a store is asked, in several forms. */
export interface StoreQuestion {
  readonly name: string;
  readonly forms: readonly ((store: Store) => Promise<unknown>)[];
}

const variety = 4;

/** Searches by words and domains, reads by key, and the writes of agents. */
export async function storeQuestions(store: Store, limit: number): Promise<StoreQuestion[]> {
  const searches = (await searchKinds(store, 0)).filter(({ name }) => !name.includes('meaning'));
  const order = { field: 'createdAt', direction: 'desc' } as const;
  const { items } = await store.units.list({ statuses: ['approved'] }, order, { limit: 100 });
  const some = (form: number) => items.filter((_unit, place) => place % variety === form) as KnowledgeUnit[];
  const all = (name: string, ask: (store: Store, form: number) => Promise<unknown>): StoreQuestion => ({
    name,
    forms: Array.from({ length: variety }, (_, form) => (asked) => ask(asked, form)),
  });
  const domains = Object.entries(await domainPools(store));
  const approved = { statuses: ['approved'] } as const;
  // the selective ones in turns with the others: one plan for both would be a bad one for either
  const filters: readonly UnitFilter[] = [
    { statuses: ['pending'] },
    { ...approved, languages: ['python'] },
    { ...approved, languages: ['zig'] },
    { ...approved, hasFlags: true },
    { ...approved, confidence: { min: 0.95 } },
    { ...approved, confidence: { min: 0.1 } },
    { ...approved, createdBy: 'user7' },
    { ...approved, createdBy: 'nobody' },
  ];
  const proposals = generateUnits(1_000_000, 3);
  const propose = (asked: Store) => {
    const { unit } = proposals.next().value as { unit: KnowledgeUnit };
    return asked.units.propose({ ...unit, confidence: 0.5 }, new Date());
  };
  return [
    ...searches.map(({ name, forms }) => ({
      name,
      forms: forms.map((form) => (asked: Store) => asked.units.search({ ...form, limit })),
    })),
    all('five units by id', (asked, form) => asked.units.findMany(ids(some(form)).slice(0, 5))),
    all('their flags', (asked, form) => asked.flags.counts(ids(some(form)).slice(0, 5))),
    ...filters.map((filter) =>
      all(`list, ${JSON.stringify(filter)}`, (asked) => asked.units.list(filter, order, { limit: 20 })),
    ),
    ...domains.map(([name, those]) =>
      all(`list, ${name} domain`, (asked, form) =>
        asked.units.list({ ...approved, domains: [those[form % those.length] ?? ''] }, order, { limit: 20 }),
      ),
    ),
    ...filters.map((filter) => all(`count, ${JSON.stringify(filter)}`, (asked) => asked.units.count(filter))),
    all('confirm', (asked, form) => asked.units.confirm(some(form)[0]?.id ?? '', `user${form}`, new Date(), 0.1)),
    all('propose', propose),
    all('16 proposals at once', (asked) => Promise.all(Array.from({ length: 16 }, () => propose(asked)))),
  ];
}

const ids = (units: readonly KnowledgeUnit[]) => units.map(({ id }) => id);
