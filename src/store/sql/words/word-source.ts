/** What the evaluation of a question's words reads of a database. SQLite and PostgreSQL implement it, each in its SQL. */

/** Which chunks there are, and which build of each. */
export type Builds = readonly (readonly [chunk: number, build: number])[];

/** Tells states of the index apart: of two states with the same builds, the later one has more changes. */
export interface IndexState {
  readonly builds: Builds;
  readonly changes: number;
  /** The highest id of a change. */
  readonly last: number;
}

export interface WordSource {
  state(): Promise<IndexState>;
  /** The changes that are not merged, with the builds of the same moment. */
  changes(): Promise<{
    readonly builds: Builds;
    readonly changes: readonly (readonly [id: number, document: number])[];
  }>;
  /** The head of each build; none for a build that has been replaced. */
  heads(builds: readonly number[]): Promise<readonly { build: number; documents: Buffer; directory: Buffer }[]>;
  /** For each wanted key the pack with the greatest key up to it; none for a build that has been replaced. */
  packs(
    wanted: readonly (readonly [build: number, key: number])[],
  ): Promise<readonly { build: number; key: number; postings: Buffer }[]>;
  /** The postings of documents that have changed; none for one that is merged, gone, or was written by the release before. */
  postings(documents: readonly number[]): Promise<readonly { document: number; postings: Buffer }[]>;
  /** Full-text search: documents with each token, at most `limit` of one, with the token's place in the list. */
  matching(tokens: readonly string[], limit: number): Promise<readonly { token: number; document: number }[]>;
}
