/** The little of autocannon that the benchmark uses; the package brings no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  interface Request {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }

  interface Options {
    readonly url: string;
    readonly connections: number;
    /** How many requests to send; the run ends with the last answer. */
    readonly amount: number;
    /** Milliseconds between looks at the state of the run. */
    readonly sampleInt: number;
    readonly requests: readonly Request[];
  }

  interface Result {
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
  }

  /** Emits `response` with every answer. */
  export default function autocannon(options: Options): EventEmitter & Promise<Result>;
}
