/** How long a connection may take, in milliseconds. */
export interface Timeouts {
  /** For the next request to begin. */
  readonly keepAliveMs: number;
  /** For the headers of a request, and for all of it: its sender is answered 408 and cut off. Node swaps the two where headers may take longer. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often it is seen to the last two. */
  readonly checkMs: number;
  /** For an answer to be taken: whoever asks and does not read is cut off, and the answer forgotten. */
  readonly answerMs: number;
}

export const standardTimeouts: Timeouts = {
  // longer than the idle time of common load balancers, so that they close connections and not we
  keepAliveMs: 65_000,
  headersMs: 30_000,
  requestMs: 30_000,
  checkMs: 30_000,
  answerMs: 60_000,
};
