import type { Store, UnitWithFlags } from '../src/store/store.ts';
import { createRandom, createZipf, type Random } from './random.ts';
import { frameworks, languages, makeTags, makeVocabulary, patterns } from './words.ts';

const tagCount = 5000;
const vocabularySize = 20_000;
/** How many of a hundred units have one tag, two, … six. */
const tagsPerUnit = [10, 22, 28, 22, 12, 6];
const epoch = Date.UTC(2025, 0, 1);
const day = 86_400_000;

/**
 * Units as a busy commons may have them: the first tag stands on about a fifth of them, most tags on a handful; nine in
 * ten are approved; some were confirmed, a few flagged. The first `n` are the same however many are asked for.
 */
export function* generateUnits(count: number, seed = 1): Generator<UnitWithFlags> {
  const random = createRandom(seed);
  const tag = createZipf(makeTags(tagCount), random, { shift: 2 });
  const word = createZipf(makeVocabulary(vocabularySize, random), random);
  const language = createZipf(languages, random);
  const framework = createZipf(frameworks, random);
  const numberOfTags = createWeighted(tagsPerUnit, random);

  const sentence = (least: number, most: number) => {
    const text = Array.from({ length: random.whole(least, most) }, word).join(' ');
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  const sentences = (least: number, most: number) =>
    Array.from({ length: random.whole(least, most) }, () => `${sentence(8, 18)}.`).join(' ');
  const some = (draw: () => string, most: number) => [
    ...new Set(Array.from({ length: random.whole(0, most) }, () => draw())),
  ];

  for (let made = 0; made < count; made++) {
    const id = `ku_${random.hex(32)}`;
    const domains = new Set<string>();
    for (const wanted = numberOfTags(); domains.size < wanted; ) domains.add(tag());
    const chance = random.next();
    const status = chance < 0.9 ? 'approved' : chance < 0.98 ? 'pending' : 'rejected';
    const created = new Date(epoch + Math.floor(random.next() * 600 * day));
    const changed = new Date(created.getTime() + Math.floor(random.next() * 60 * day));
    const confirmations = 1 + Math.floor(-2 * Math.log(1 - random.next()));
    const flags = random.next() < 0.06 ? random.whole(1, 3) : 0;
    const confidence = Math.max(0, Math.min(1, 0.5 + 0.1 * (confirmations - 1)) - 0.15 * flags);
    const createdBy = `user${random.whole(1, 200)}`;
    yield {
      unit: {
        id,
        version: 1,
        status,
        tier: random.next() < 0.8 ? 'private' : 'public',
        domains: [...domains],
        insight: { summary: sentence(7, 14), detail: sentences(3, 7), action: sentences(1, 3) },
        context: {
          languages: some(language, 2),
          frameworks: some(framework, 2),
          pattern: random.next() < 0.3 ? random.pick(patterns) : '',
        },
        confirmers: 0,
        ownConfirmations: 0,
        evidence: { confidence, confirmations, firstObservedAt: created, lastConfirmedAt: changed },
        createdBy,
        supersededBy: null,
        withdrawal: null,
        extensions: null,
        review:
          status === 'pending'
            ? null
            : { status, reviewedBy: 'reviewer', reviewedAt: changed, note: null, internalNote: null },
        createdAt: created,
        updatedAt: changed,
      },
      flags: Array.from({ length: flags }, () => ({
        id: `flg_${random.hex(32)}`,
        unitId: id,
        reason: random.next() < 0.6 ? 'stale' : 'incorrect',
        detail: null,
        duplicateOf: null,
        createdBy,
        createdAt: changed,
      })),
    };
  }
}

/** Draws 1 with the first weight, 2 with the second, and so on. */
function createWeighted(weights: readonly number[], random: Random): () => number {
  const all = weights.flatMap((weight, place) => Array<number>(weight).fill(place + 1));
  return () => random.pick(all);
}

const batchSize = 1000;

/** Puts `count` units into an empty store. */
export async function load(store: Store, count: number): Promise<void> {
  let batch: UnitWithFlags[] = [];
  for (const unit of generateUnits(count)) {
    batch.push(unit);
    if (batch.length < batchSize) continue;
    await store.units.restoreMany(batch);
    batch = [];
  }
  await store.units.restoreMany(batch);
}
