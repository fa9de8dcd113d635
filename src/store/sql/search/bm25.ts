/**
 * BM25 term weights and inverse document frequency, as whole numbers.
 *
 * Formula: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), 3.1. Whole numbers, because
 * both databases then add them up to the same sum (decision 8).
 */

/**
 * BM25's parameters. Impacts are stored with each unit, so that a change of these, of `summaryWeight` or of the formula needs
 * `analyserVersion` (analyser.ts) raised by one.
 */
const [k1, b] = [1.2, 0.75];
/** Stands for the average document length, in tokens: a constant, so that a unit's impacts depend on no other unit. */
const avgDocumentLength = 50;
/** How many times an occurrence in the summary counts, compared with one in the body. */
const summaryWeight = 2;

/** A token of a unit. */
interface Occurrence {
  readonly text: string;
  /** How many occurrences it counts. */
  readonly occurrences: number;
}

/**
 * The impact of each different token: its BM25 term weight, `tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / average))`, times
 * 100 and rounded, from 1 to 220. Without the inverse document frequency, which the query adds.
 */
export function termImpacts(summary: readonly Occurrence[], body: readonly Occurrence[]): Map<string, number> {
  const frequencies = new Map<string, number>();
  let length = 0;
  const add = (tokens: readonly Occurrence[], weight: number) => {
    for (const { text, occurrences } of tokens) {
      frequencies.set(text, (frequencies.get(text) ?? 0) + weight * occurrences);
      length += weight * occurrences;
    }
  };
  add(summary, summaryWeight);
  add(body, 1);
  const damping = k1 * (1 - b + (b * length) / avgDocumentLength);
  const impacts = new Map<string, number>();
  for (const [token, frequency] of frequencies)
    impacts.set(token, Math.max(1, Math.round((100 * frequency * (k1 + 1)) / (frequency + damping))));
  return impacts;
}

/** `ln(1 + (N − n + 0.5) / (n + 0.5))` in thousandths, for a term that n (`documentFrequency`) of N (`all`) units hold. */
export function inverseDocumentFrequency(documentFrequency: number, all: number): number {
  return Math.round(1000 * Math.log(1 + Math.max(0, all - documentFrequency + 0.5) / (documentFrequency + 0.5)));
}
