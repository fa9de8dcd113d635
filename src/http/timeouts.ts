/** Time limits of connections, in milliseconds. */
export interface Timeouts {
  /** Keep-alive: how long an idle connection stays open for its next request. */
  readonly keepAliveMs: number;
  /** For all headers of a request to arrive, else 408. Node swaps this one and the next if it is the larger of the two. */
  readonly headersMs: number;
  /** For the whole request to arrive, else 408. */
  readonly requestMs: number;
  /** How often Node checks the last two. */
  readonly checkMs: number;
  /** For the client to read a finished response, else the connection is closed and the response dropped. */
  readonly answerMs: number;
}

export const standardTimeouts: Timeouts = {
  // longer than the idle timeout of common load balancers, so that the balancer closes the connection and not this process
  keepAliveMs: 65_000,
  headersMs: 30_000,
  requestMs: 30_000,
  checkMs: 30_000,
  answerMs: 60_000,
};
