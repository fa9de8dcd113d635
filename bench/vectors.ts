import type { KnowledgeUnit, Store } from '../src/store/store.ts';
import { generateUnits } from './generate.ts';
import { createRandom, type Random } from './random.ts';

/** The size of the vectors: what small models for English make. */
export const dimensions = 384;

/** Texts differ in far fewer ways than their vectors have numbers. */
const ways = 48;

/** How far they spread: in a few ways much, in most a little. */
const spread = Float32Array.from({ length: ways }, (_way, place) => 2 / (1 + place / 3) ** 0.75);

/** Beside its subject with weight 1: what all texts have in common, what is its own, and what each number has of its own. */
const [common, own, noise] = [2, 1.2, 7];

/** How the ways show in the numbers: one row for each number. */
const projection = gauss(createRandom(11), dimensions * ways);

const subjects = new Map<string, Float32Array>();

/** Where a tag lies, the same each time. */
function subjectOf(tag: string): Float32Array {
  const known = subjects.get(tag) ?? gauss(createRandom(seedOf(tag)), ways);
  subjects.set(tag, known);
  return known;
}

/**
 * A vector as a model might make it of a text with these tags: texts with the same tags lie near each other, the first tag
 * counts most, and none is like another. `seed` tells apart texts with the same tags.
 */
export function vectorOf(tags: readonly string[], seed: string): Float32Array {
  const random = createRandom(seedOf(seed));
  const place = gauss(random, ways).map((value) => value * own);
  place[0] = (place[0] ?? 0) + common;
  tags.forEach((tag, rank) => {
    const subject = subjectOf(tag);
    for (let way = 0; way < ways; way++) place[way] = (place[way] ?? 0) + (subject[way] ?? 0) / (rank + 1);
  });
  const vector = new Float32Array(dimensions);
  let squares = 0;
  for (let number = 0; number < dimensions; number++) {
    let value = (random.next() - 0.5) * noise;
    for (let way = 0; way < ways; way++)
      value += (place[way] ?? 0) * (spread[way] ?? 0) * (projection[number * ways + way] ?? 0);
    vector[number] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}

export const vectorOfUnit = ({ id, domains }: Pick<KnowledgeUnit, 'id' | 'domains'>) => vectorOf(domains, id);

/** Numbers with mean 0 and variance 1 (Box and Muller). */
function gauss(random: Random, count: number): Float32Array {
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );
}

/** FNV-1a. */
function seedOf(text: string): number {
  let seed = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) seed = Math.imul(seed ^ text.charCodeAt(at), 0x01000193);
  return seed >>> 0;
}

const batchSize = 500;

/** Gives each of the first `count` units its vector, unless they have them, and answers with the model they are of. */
export async function embed(store: Store, count: number): Promise<number> {
  const { id, state } = await store.embeddings.register(
    { provider: 'bench', name: 'generated', dimensions, documentPrefix: '' },
    new Date(),
  );
  if (state === 'active') return id;
  let batch: { unitId: string; vector: Float32Array }[] = [];
  for (const { unit } of generateUnits(count)) {
    batch.push({ unitId: unit.id, vector: vectorOfUnit(unit) });
    if (batch.length < batchSize) continue;
    await store.embeddings.complete(id, batch);
    batch = [];
  }
  await store.embeddings.complete(id, batch);
  if (!(await store.embeddings.activate(id))) throw new Error('units are left without a vector');
  return id;
}
