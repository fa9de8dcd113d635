import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { EmbeddingError } from '../embedding-error.ts';
import type { Request, Response, ThreadOptions } from './model-thread.ts';

/** model-thread.ts in a checkout, model-thread.js in the built package. */
const program = new URL(`./model-thread${extname(import.meta.url)}`, import.meta.url);

export interface ModelThreadOptions extends ThreadOptions {
  /** How long the thread keeps the model in memory without a call; null for ever. */
  readonly idleMs: number | null;
  /** How long a call may take once the model is loaded. */
  readonly timeoutMs: number;
}

/** A worker thread with a model, which starts with the first call and again when it has ended. */
export interface ModelThread {
  /** The vectors of texts, in their order. Throws `EmbeddingError`, also when `signal` is aborted. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
}

interface Running {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  readonly waiting: Map<number, PromiseWithResolvers<Float32Array[]>>;
  idle: AbortController | null;
  callers: number;
}

export function createModelThread({ idleMs, timeoutMs, ...options }: ModelThreadOptions): ModelThread {
  const { name } = options.folder;
  let running: Running | null = null;
  let nextId = 0;

  function start(): Running {
    const worker = new Worker(program, { workerData: options, name: 'embedding', execArgv: [] });
    const ready = Promise.withResolvers<void>();
    const thread: Running = { worker, ready: ready.promise, waiting: new Map(), idle: null, callers: 0 };
    // whoever waits for it handles this
    ready.promise.catch(() => {});
    let cause = new EmbeddingError(`The thread with the model ${name} has ended.`, 'service');
    worker.on('message', (response: Response) => {
      if (response === 'ready') return ready.resolve();
      if ('unusable' in response) {
        cause = new EmbeddingError(response.unusable, 'setup');
        return;
      }
      const call = thread.waiting.get(response.id);
      thread.waiting.delete(response.id);
      if ('vectors' in response) call?.resolve(response.vectors);
      else call?.reject(new EmbeddingError(response.failed, response.fault));
    });
    worker.on('error', (error) => {
      cause = new EmbeddingError(`The thread with the model ${name} has failed: ${error.message}`, 'service');
    });
    worker.on('exit', () => {
      if (running === thread) running = null;
      ready.reject(cause);
      for (const { reject } of thread.waiting.values()) reject(cause);
    });
    return thread;
  }

  /** A thread that nobody waits for does not keep the process, and ends after a while. */
  async function release(thread: Running): Promise<void> {
    thread.callers--;
    if (thread.callers > 0) return;
    thread.worker.unref();
    if (idleMs === null) return;
    const idle = new AbortController();
    thread.idle = idle;
    await delay(idleMs, undefined, { ref: false, signal: idle.signal }).catch(() => {});
    if (idle.signal.aborted) return;
    if (running === thread) running = null;
    thread.worker.postMessage('close' satisfies Request);
  }

  return {
    async embed(texts, signal) {
      running ??= start();
      const thread = running;
      thread.callers++;
      thread.idle?.abort();
      thread.worker.ref();
      const id = nextId++;
      try {
        await orAborted(thread.ready, signal);
        const answer = Promise.withResolvers<Float32Array[]>();
        thread.waiting.set(id, answer);
        thread.worker.postMessage({ id, texts } satisfies Request);
        const timeout = AbortSignal.timeout(timeoutMs);
        const late = () => new EmbeddingError(`${name} took longer than ${timeoutMs} ms.`, 'service');
        return await orAborted(answer.promise, AbortSignal.any([signal, timeout]), () =>
          timeout.aborted ? late() : aborted(),
        );
      } finally {
        if (thread.waiting.delete(id)) thread.worker.postMessage({ cancelled: id } satisfies Request);
        void release(thread);
      }
    },
  };
}

const aborted = () => new EmbeddingError('The call was aborted before the model was done.', 'service');

/** The result of `work`, or an error as soon as the signal is aborted. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal, why = aborted): Promise<T> {
  if (signal.aborted) throw why();
  const end = Promise.withResolvers<never>();
  const abort = () => end.reject(why());
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, end.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
