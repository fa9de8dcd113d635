/** A token with its number in the index. */
export interface IndexToken {
  readonly text: string;
  readonly term: number;
}

/** What is asked of the words of units. */
export interface WordQuery {
  /** Each different token, with what its score counts. */
  readonly tokens: readonly (IndexToken & { readonly weight: number })[];
  /** How many of the best documents are wanted; those that are equally good as the last one come too, up to `maxTies`. */
  readonly limit: number;
  /** Documents that are scored in any case, each once. */
  readonly among: readonly number[];
  /** Texts of tokens without which nothing is to be found: while no document has one of them, none is scored. */
  readonly required: ReadonlySet<string>;
}

/** Documents with their scores, one number of each in each place. */
export interface ScoredDocuments {
  readonly documents: Int32Array;
  /** The whole-number sum of impact · IDF weight over the terms that the document has. */
  readonly matches: Int32Array;
  /** The sum of the IDF weights of these terms. */
  readonly held: Int32Array;
}

export interface WordMatches {
  /** The best, and those of `among`, in no order. */
  readonly scored: ScoredDocuments;
  /** Whether other documents have one of the terms. */
  readonly more: boolean;
  /** The sum of the IDF weights of all terms of the query: what a unit that has all of them holds. */
  readonly totalWeight: number;
  /** The IDF weight of a term in no unit, the highest there is. */
  readonly maxWeight: number;
  /** The tokens that no document has, by their texts. */
  readonly absent: ReadonlySet<string>;
}

/** Finds and scores documents by their words. */
export interface WordFinder {
  find(query: WordQuery): Promise<WordMatches>;
  /**
   * How many documents have each token; `most + 1` for one that more than `most` have. For thousands of tokens `most` must be low, some
   * dozens.
   */
  frequencies(tokens: readonly IndexToken[], most?: number): Promise<readonly number[]>;
  /** How many documents there are. */
  count(): Promise<number>;
}
