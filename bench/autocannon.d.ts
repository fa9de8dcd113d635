/** The little of autocannon that the benchmark uses; the package brings no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  interface Request {
    /** Makes each request, just before it is sent. */
    setupRequest(request: object): object;
  }

  interface Options {
    readonly url: string;
    readonly connections: number;
    /** How many requests to send; the run ends with the last answer. */
    readonly amount: number;
    /** After how many seconds without an answer a request counts as an error. */
    readonly timeout: number;
    /** Milliseconds between looks at the state of the run. */
    readonly sampleInt: number;
    readonly requests: readonly Request[];
    /** Answers for which it is false are counted as mismatches. */
    verifyBody(body: string): boolean;
  }

  interface Result {
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    readonly mismatches: number;
  }

  /** Emits `response` with every answer. */
  export default function autocannon(options: Options): EventEmitter & Promise<Result>;
}
