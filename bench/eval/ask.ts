import { type SearchMode, searchInMode } from '../../src/domain/search.ts';
import type { KnowledgeUnit, Store } from '../../src/store/store.ts';
import type { Collection } from './collection.ts';
import type { Embedded } from './embed.ts';
import { type Scores, score } from './metrics.ts';

/** What the report calls a way of searching. */
export const modes = { keyword: 'words', semantic: 'meaning', hybrid: 'hybrid' } as const;

/** No measure looks further. */
const depth = 10;

/** Puts the documents of a collection into an empty store, as approved units that differ in their text alone. */
export async function load(store: Store, { name, documents }: Collection): Promise<void> {
  await store.transaction(async (tx) => {
    for (const [place, { title, text }] of documents.entries())
      await tx.units.restore(unitOf(place, name, title, text), []);
  });
}

/** What a least score does. */
export interface FloorScores {
  /** Of the queries whose first ten units have an answer: the share whose first answer is kept; null where there are none. */
  readonly kept: number | null;
  /** Of questions without an answer: the share that get nothing; null where there are none. */
  readonly nothing: number | null;
}

/** Asks a loaded store its queries, and those of other collections, with a least score. */
export async function evaluateFloor(
  { store, queryVectors }: Embedded,
  { documents, queries }: Collection,
  unanswered: readonly string[],
  mode: SearchMode,
  minScore: number,
): Promise<FloorScores> {
  const gradesOf = (grades: Collection['queries'][number]['grades']) =>
    new Map(documents.map(({ id }, place) => [unitId(place), grades.get(id) ?? 0]));
  let [found, kept, nothing] = [0, 0, 0];
  for (const { text, grades } of queries) {
    const relevant = gradesOf(grades);
    const { hits } = await searchInMode(store, queryVectors, mode, { text, filter: {}, limit: depth });
    const right = hits.find(({ unit }) => (relevant.get(unit.id) ?? 0) > 0);
    if (!right) continue;
    found++;
    if (right.score >= minScore) kept++;
  }
  for (const text of unanswered) {
    const { hits } = await searchInMode(store, queryVectors, mode, { text, filter: {}, limit: 1, minScore });
    if (hits.length === 0) nothing++;
  }
  return { kept: found > 0 ? kept / found : null, nothing: unanswered.length > 0 ? nothing / unanswered.length : null };
}

/** Asks a loaded store every query of the collection. */
export async function evaluate(
  { store, queryVectors }: Embedded,
  { documents, queries }: Collection,
  mode: SearchMode,
): Promise<Scores> {
  const documentOf = new Map(documents.map(({ id }, place) => [unitId(place), id]));
  const answers: { ranking: string[]; grades: Collection['queries'][number]['grades'] }[] = [];
  for (const { text, grades } of queries) {
    const answer = await searchInMode(store, queryVectors, mode, { text, filter: {}, limit: depth });
    // figures of another mode would be worse than none
    if (answer.missing !== null) throw new Error(`A question could not be embedded (${answer.missing}): ${text}`);
    answers.push({ ranking: answer.hits.map(({ unit }) => documentOf.get(unit.id) ?? unit.id), grades });
  }
  return score(answers);
}

/** The id of the document at a place of its collection. */
export const unitId = (place: number) => `ku_${place.toString(16).padStart(32, '0')}`;
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
    confirmers: 0,
    ownConfirmations: 0,
    evidence: { confidence: 0.5, confirmations: 1, firstObservedAt: at, lastConfirmedAt: at },
    createdBy: 'eval',
    supersededBy: null,
    withdrawal: null,
    extensions: null,
    review: { status: 'approved', reviewedBy: 'eval', reviewedAt: at, note: null, internalNote: null },
    createdAt: at,
    updatedAt: at,
  };
}
