import type { KnowledgeUnit, Store } from '../src/store/store.ts';
import type { Memory } from './contestants/contestant.ts';
import { generateUnits } from './generate.ts';
import { type Lesson, pageSize, type Task } from './tasks.ts';

/** What the contestants are asked: many requests of a kind, so that no single answer is all that is measured. */
export interface Question {
  readonly name: string;
  /** Whether what is asked for changes what is there. */
  readonly writes: boolean;
  /** The first tasks, of which the answers are compared. */
  readonly examples: readonly Task[];
  /** The tasks one after the other, without end. Each contestant has the same ones; no proposal comes twice, whichever the series. */
  tasks(series: number): () => Task;
}

const variety = 10;
/** Of searches and proposals together, one in so many is a proposal. */
const oneIn = 10;

/**
 * Reads: searches for the commonest tag, for tags on one unit in a hundred and for tags on about as many as fit the answer, and units by id.
 * Writes: confirmations and proposals. Both: nine searches for middle tags, and a proposal.
 */
export async function chooseQuestions(store: Store): Promise<Question[]> {
  const tags = await store.stats.domainCounts(100_000);
  const approved = (await store.stats.statusCounts()).approved ?? 0;
  const nearest = (count: number) =>
    [...tags].sort((one, other) => Math.abs(one.count - count) - Math.abs(other.count - count)).slice(0, variety);
  const searchesFor = (chosen: readonly { domain: string }[]): Task[] =>
    chosen.map(({ domain }) => ({ do: 'search', domain }));
  const searchFor = (name: string, chosen: readonly { domain: string; count: number }[]): Question => {
    const counts = chosen.map(({ count }) => count);
    const range = [...new Set([Math.min(...counts), Math.max(...counts)])].map((count) => count.toLocaleString('en'));
    return reading(`${name} (${range.join('–')})`, searchesFor(chosen));
  };
  const { items } = await store.units.list(
    { statuses: ['approved'] },
    { field: 'createdAt', direction: 'desc' },
    { limit: pageSize * variety },
  );
  const ids = items.map(({ id }) => id);
  const fives = Array.from({ length: variety }, (_, place) => ids.slice(place * pageSize, (place + 1) * pageSize));
  const middle = nearest(approved / 100);
  return [
    searchFor('head tag', tags.slice(0, 1)),
    searchFor('middle tags', middle),
    searchFor('rare tags', nearest(pageSize + 1)),
    reading(
      'five by id',
      fives.map((those) => ({ do: 'fetch', ids: those })),
    ),
    writing('propose', (series) => proposals(2 * series)),
    writing('nine searches, one proposal', (series) => mixed(inTurn(searchesFor(middle)), proposals(2 * series + 1))),
    // the last, since what is confirmed ranks higher
    writing('confirm', () => inTurn(ids.map((id) => ({ do: 'confirm', id })))),
  ];
}

const reading = (name: string, tasks: readonly Task[]): Question => ({
  name,
  writes: false,
  examples: tasks,
  tasks: () => inTurn(tasks),
});

function writing(name: string, tasks: (series: number) => () => Task): Question {
  // a series of its own
  const next = tasks(0);
  return { name, writes: true, examples: Array.from({ length: variety }, next), tasks };
}

function inTurn(tasks: readonly Task[]): () => Task {
  let asked = 0;
  return () => tasks[asked++ % tasks.length] as Task;
}

function mixed(search: () => Task, propose: () => Task): () => Task {
  let asked = 0;
  return () => (++asked % oneIn === 0 ? propose() : search());
}

function proposals(seed: number): () => Task {
  // far from the seeds of units and vectors
  const units = generateUnits(Number.POSITIVE_INFINITY, 1000 + seed);
  return () => {
    const { domains, insight, context } = (units.next().value as { unit: KnowledgeUnit }).unit;
    return { do: 'propose', proposal: { domains, insight, context } };
  };
}

/** What those without a database are to have at hand, for all questions. */
export async function memoryFor(store: Store, questions: readonly Question[]): Promise<Memory> {
  const tasks = questions.flatMap(({ examples }) => examples);
  const lessons = new Map<string, Lesson>();
  const add = async (units: readonly KnowledgeUnit[]) => {
    const counts = await store.flags.counts(units.map(({ id }) => id));
    for (const [place, unit] of units.entries()) lessons.set(unit.id, lessonOf(unit, counts[place] ?? {}));
  };
  const hits: Record<string, { id: string; score: number }[]> = {};
  for (const task of tasks) {
    if (task.do === 'fetch') await add(await store.units.findMany(task.ids).then(present));
    if (task.do === 'confirm') await add(await store.units.findMany([task.id]).then(present));
    if (task.do !== 'search' || hits[task.domain]) continue;
    const filter = { statuses: ['approved'] as const, domains: [task.domain] };
    const found = (await store.units.search({ filter, limit: pageSize })).hits;
    await add(found.map(({ unit }) => unit));
    hits[task.domain] = found.map(({ unit, score }) => ({ id: unit.id, score }));
  }
  return { lessons: [...lessons.values()], hits };
}

const present = (units: readonly (KnowledgeUnit | null)[]) => units.filter((unit) => unit !== null);

function lessonOf(unit: KnowledgeUnit, counts: Readonly<Record<string, number>>): Lesson {
  const flagCounts = Object.entries(counts).map(([reason, count]) => ({ reason, count }));
  const { id, domains, insight, context, tier, createdAt } = unit;
  const { confidence, confirmations, lastConfirmedAt } = unit.evidence;
  return {
    ...{ id, domains, insight, context, tier, flagCounts },
    evidence: { confidence, confirmations, lastConfirmedAt: lastConfirmedAt?.toISOString() ?? null },
    createdAt: createdAt.toISOString(),
  };
}
