/** Documents that answer a query, with how well: 0 is as good as absent. */
export type Grades = ReadonlyMap<string, number>;

/** The means over all queries, each from 0 to 1. */
export interface Scores {
  readonly ndcg10: number;
  readonly recall5: number;
  readonly mrr10: number;
}

/**
 * Normalised discounted cumulative gain of the first `depth` documents: each counts its grade divided by log2(rank + 1),
 * and the sum is divided by that of the best ranking there could be. Järvelin and Kekäläinen, "Cumulated gain-based
 * evaluation of IR techniques", TOIS 20(4), 2002, with the discount of trec_eval's `ndcg_cut`.
 */
export function ndcg(ranking: readonly string[], grades: Grades, depth: number): number {
  const gain = (found: readonly number[]) =>
    found.slice(0, depth).reduce((sum, grade, place) => sum + grade / Math.log2(place + 2), 0);
  const best = gain([...grades.values()].toSorted((a, b) => b - a));
  return best === 0 ? 0 : gain(ranking.map((id) => grades.get(id) ?? 0)) / best;
}

/** How many of the documents that answer the query are among the first `depth`: trec_eval's `recall`. */
export function recall(ranking: readonly string[], grades: Grades, depth: number): number {
  const relevant = [...grades].filter(([, grade]) => grade > 0).map(([id]) => id);
  const first = new Set(ranking.slice(0, depth));
  return relevant.length === 0 ? 0 : relevant.filter((id) => first.has(id)).length / relevant.length;
}

/**
 * One divided by the rank of the first document that answers the query; 0 when it is not among the first `depth`.
 * Voorhees, "The TREC-8 Question Answering Track Report", 1999.
 */
export function reciprocalRank(ranking: readonly string[], grades: Grades, depth: number): number {
  const place = ranking.slice(0, depth).findIndex((id) => (grades.get(id) ?? 0) > 0);
  return place === -1 ? 0 : 1 / (place + 1);
}

/** Scores rankings, the best document first. Each query weighs the same. */
export function score(answers: readonly { readonly ranking: readonly string[]; readonly grades: Grades }[]): Scores {
  const mean = (measure: typeof ndcg, depth: number) =>
    answers.reduce((sum, { ranking, grades }) => sum + measure(ranking, grades, depth), 0) / answers.length;
  return { ndcg10: mean(ndcg, 10), recall5: mean(recall, 5), mrr10: mean(reciprocalRank, 10) };
}
