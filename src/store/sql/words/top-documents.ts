/**
 * How many documents may be as good as the last of the best. Of more than these, those that were added first are taken, so that a
 * collection of equal units costs no more than another.
 */
export const maxTies = 4096;

/** The best of many documents. */
export interface TopDocuments {
  /** What a document needs to be one of them, as far as is known: one with a lower score need not be added. */
  readonly least: number;
  add(document: number, score: number): void;
  /** The `limit` best, and those as good as the last one, in the order in which they were added. */
  best(): number[];
  /** Whether documents were added that are not among the best. */
  readonly left: boolean;
}

/** With fewer documents than this the worst of them are not looked for. */
const minFull = 1024;

export function createTopDocuments(limit: number): TopDocuments {
  let [documents, scores] = [new Int32Array(minFull), new Int32Array(minFull)];
  let size = 0;
  let least = 1;
  let left = false;

  /** Keeps the best. */
  function shrink() {
    if (size <= limit) return;
    const sorted = scores.slice(0, size).sort();
    least = Math.max(1, sorted[size - limit] as number);
    let [kept, ties] = [0, 0];
    for (let at = 0; at < size; at++) {
      const score = scores[at] as number;
      if (score < least || (score === least && ties++ >= limit + maxTies)) continue;
      documents[kept] = documents[at] as number;
      scores[kept++] = score;
    }
    if (kept < size) left = true;
    size = kept;
  }

  function grow() {
    const larger = (from: Int32Array<ArrayBuffer>) => {
      const to = new Int32Array(from.length * 2);
      to.set(from);
      return to;
    };
    [documents, scores] = [larger(documents), larger(scores)];
  }

  return {
    get least() {
      return least;
    },
    add(document, score) {
      if (limit === 0 || score < least) {
        left = true;
        return;
      }
      if (size === documents.length) {
        shrink();
        if (size > documents.length / 2) grow();
      }
      documents[size] = document;
      scores[size++] = score;
    },
    best() {
      if (limit === 0) return [];
      shrink();
      return [...documents.subarray(0, size)];
    },
    get left() {
      return left;
    },
  };
}
