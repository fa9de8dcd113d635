import type { PostingList } from './chunk.ts';
import type { ImpactCount } from './impact-counts.ts';
import type { Hit } from './tail.ts';

/** A term of a question with its postings. */
export interface ScoredTerm {
  readonly term: number;
  /** The IDF weight: the inverse document frequency, in thousandths, times the weight of the token. */
  readonly idf: number;
  /** As far as the view has it. */
  readonly documentFrequency: number;
  readonly impacts: readonly ImpactCount[];
  /** In the order of the chunks; undefined where the term is not, or nothing is looked for. */
  readonly lists: readonly (PostingList | undefined)[];
  readonly hits: readonly Hit[];
}
