import type { Lesson, Task, Told } from '../tasks.ts';

/**
 * One that the benchmark asks. To add one: a file of its own here, or in `outside/` where it needs packages that the server does not, and its
 * name in `all.ts`.
 */
export interface Contestant {
  /** In tables, and in `--contestants`. */
  readonly name: string;
  /** What holds its units; null for its own memory. */
  readonly database: 'SQLite' | 'PostgreSQL' | null;
  readonly over: Over;
  /** Whether it needs the packages of `outside/`. */
  readonly outside?: boolean;
  /** The API key that it takes, where that is not the one in the databases of the benchmark. */
  readonly key?: string;
  /** Serves in a process of its own, which loads what it needs in here. */
  serve(given: Given): Promise<Serving>;
}

/** A way to ask, and to understand the answers. */
export interface Over {
  /** The request for a task; null where there is none for it. */
  request(task: Task): Request | null;
  /** The units in the text of a good answer. */
  read(task: Task, text: string): readonly Told[];
}

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** What a contestant may use. */
export interface Given {
  /** The file or URL of its database, which nobody else uses; empty for those that have none. */
  readonly place: string;
  /** The server's schema. */
  readonly sdl: string;
  readonly memory: Memory;
}

/** What those without a database answer from. */
export interface Memory {
  readonly lessons: readonly Lesson[];
  /** By domain. */
  readonly hits: Readonly<Record<string, readonly { readonly id: string; readonly score: number }[]>>;
}

export interface Serving {
  readonly url: string;
  /** Processor time so far of what does the work, in microseconds, where that is not this process; null where it cannot be known. */
  used?(): number | null;
  stop(): Promise<unknown> | unknown;
}
