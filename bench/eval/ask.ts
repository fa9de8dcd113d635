import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import type { Collection } from './collection.ts';
import { type Scores, score } from './metrics.ts';

/** A way of searching. */
export interface Mode {
  readonly name: string;
  /** The units found, best first. */
  search(store: Store, text: string, limit: number): Promise<readonly KnowledgeUnit[]>;
}

export const modes: readonly Mode[] = [
  {
    name: 'words',
    async search(store, text, limit) {
      const { hits } = await store.units.search({ text, filter: {}, limit });
      return hits.map(({ unit }) => unit);
    },
  },
];

/** No measure looks further. */
const depth = 10;

/** Puts the documents of a collection into an empty store, as approved units that differ in their text alone. */
export async function load(store: Store, { name, documents }: Collection): Promise<void> {
  await store.transaction(async (tx) => {
    for (const [place, { title, text }] of documents.entries())
      await tx.units.restore(unitOf(place, name, title, text), []);
  });
}

/** Asks a loaded store every query of the collection. */
export async function evaluate(store: Store, { documents, queries }: Collection, mode: Mode): Promise<Scores> {
  const documentOf = new Map(documents.map(({ id }, place) => [unitId(place), id]));
  const answers: { ranking: string[]; grades: Collection['queries'][number]['grades'] }[] = [];
  for (const { text, grades } of queries) {
    const units = await mode.search(store, text, depth);
    answers.push({ ranking: units.map(({ id }) => documentOf.get(id) ?? id), grades });
  }
  return score(answers);
}

const unitId = (place: number) => `ku_${place.toString(16).padStart(32, '0')}`;
const at = new Date(Date.UTC(2026, 0, 1));

function unitOf(place: number, domain: string, summary: string, detail: string): KnowledgeUnit {
  return {
    id: unitId(place),
    version: 1,
    status: 'approved',
    tier: 'private',
    domains: [domain],
    insight: { summary, detail, action: '' },
    context: { languages: [], frameworks: [], pattern: '' },
    evidence: { confidence: 0.5, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at },
    createdBy: 'eval',
    supersededBy: null,
    extensions: null,
    review: { status: 'approved', reviewedBy: 'eval', reviewedAt: at, note: null },
    createdAt: at,
    updatedAt: at,
  };
}
