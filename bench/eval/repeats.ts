import { findRepeats, leastSimilarity } from '../../src/domain/repeats.ts';
import { jaccard, shinglesOf } from '../../src/domain/similar-words.ts';
import { createRandom } from '../random.ts';
import { load, unitId } from './ask.ts';
import { type Collection, readCollections } from './collection.ts';
import { openSqlite } from './stores.ts';

/**
 * How well the wording that two texts share tells a repeat from another text: of each document of each collection a light paraphrase, which is
 * a repeat, and the nearest other document, which is none. And how many of the repeats the server finds among the documents, of those that are
 * similar enough.
 *
 *     node bench/eval/repeats.ts <folder>
 */

const thresholds = [0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9];
const [folder = ''] = process.argv.slice(2);

type Text = Parameters<typeof shinglesOf>[0];

for (const collection of readCollections(folder)) {
  const { name, documents } = collection;
  const texts = documents.map(({ title, text }) => ({ summary: title, detail: text, action: '' }));
  const words = texts.map(shinglesOf);
  const { next } = createRandom(1);
  const paraphrases = texts.map((text) => paraphrased(text, next));
  const repeats = paraphrases.map((text, at) => jaccard(words[at] ?? new Set(), shinglesOf(text)));
  const others = nearestOthers(words);
  const cells = thresholds.map((threshold) => {
    const found = repeats.filter((similarity) => similarity >= threshold).length;
    const wrong = others.filter((similarity) => similarity >= threshold).length;
    return `${threshold}: precision ${(found / (found + wrong)).toFixed(3)} recall ${(found / texts.length).toFixed(2)}`;
  });
  const near = paraphrases
    .map((text, place) => ({ text, place }))
    .filter(({ place }) => (repeats[place] ?? 0) >= leastSimilarity);
  const found = await countFound(collection, near);
  console.log(`${name} (${texts.length})\n  ${cells.join('\n  ')}\n  found by the server: ${found} of ${near.length}`);
}

/** Of how many texts the document that they repeat is found, which stands at `place`. */
async function countFound(
  collection: Collection,
  repeats: readonly { readonly text: Text; readonly place: number }[],
): Promise<number> {
  await using scratch = await openSqlite();
  await load(scratch.store, collection);
  let found = 0;
  for (const { text, place } of repeats) {
    const units = await findRepeats(scratch.store, text, () => true, 20);
    if (units.some(({ unit }) => unit.id === unitId(place))) found++;
  }
  return found;
}

/** For each set of words the greatest similarity to another one. */
function nearestOthers(words: readonly ReadonlySet<string>[]): number[] {
  const holders = new Map<string, number[]>();
  for (const [at, each] of words.entries())
    for (const word of each) {
      const places = holders.get(word);
      if (places) places.push(at);
      else holders.set(word, [at]);
    }
  return words.map((own, at) => {
    const shared = new Map<number, number>();
    for (const word of own)
      for (const other of holders.get(word) ?? []) if (other !== at) shared.set(other, (shared.get(other) ?? 0) + 1);
    let best = 0;
    for (const [other, count] of shared) best = Math.max(best, count / (own.size + (words[other]?.size ?? 0) - count));
    return best;
  });
}

/** Swaps two sentences, and leaves out, doubles or replaces every twentieth word. */
function paraphrased({ summary, detail, action }: Text, next: () => number): Text {
  const sentences = detail.split(/(?<=[.!?。])\s*/u);
  const [one, other] = [Math.floor(next() * sentences.length), Math.floor(next() * sentences.length)];
  [sentences[one], sentences[other]] = [sentences[other] ?? '', sentences[one] ?? ''];
  const all = sentences.join(' ').split(/\s+/);
  const changed = all.flatMap((word, at) => {
    if (next() >= 0.05) return [word];
    const kind = next();
    if (kind < 1 / 3) return [];
    return kind < 2 / 3 ? [word, all[Math.floor(next() * all.length)] ?? ''] : [`other${at}`];
  });
  return { summary, detail: changed.join(' '), action };
}
