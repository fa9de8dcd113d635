import { setPriority } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { EmbeddingError, type Fault } from '../embedding-error.ts';
import { loadModel } from './model.ts';
import type { ModelFolder } from './model-folder.ts';

/** The worker thread behind model-threads.ts: loads a model, and embeds one call after the other, until it gets `close`. */

export interface ThreadOptions {
  readonly folder: ModelFolder;
  /** How many threads compute one batch. */
  readonly threads: number;
  /** The priority of the thread, from 0 to 19, the lowest. */
  readonly niceness: number;
}

/** What is posted to the thread. */
export type Request =
  | { readonly id: number; readonly texts: readonly string[] }
  | { readonly cancelled: number }
  | 'close';

/** What the thread posts back: that it is ready, or never will be, and the results of calls. */
export type Response =
  | 'ready'
  | { readonly unusable: string }
  | { readonly id: number; readonly vectors: Float32Array[] }
  | { readonly id: number; readonly failed: string; readonly fault: Fault };

/** The most tokens of one batch, padding included: short enough for a cancelled call to end soon, and its memory to be small. */
const maxBatchTokens = 1024;

const { folder, threads, niceness } = workerData as ThreadOptions;
const port = parentPort;
if (!port) throw new Error('model-thread is the program of a worker thread');
const post = (response: Response) => port.postMessage(response);

// Linux has priorities for each thread, where id 0 is the calling one; elsewhere this would be the whole process
if (process.platform === 'linux' && niceness > 0) setPriority(0, niceness);

try {
  const model = await loadModel(folder, threads);
  const waiting = new Map<number, readonly string[]>();
  let running = false;
  let closing = false;

  async function embedAll() {
    running = true;
    for (const [id, texts] of waiting) {
      try {
        const vectors = await embed(id, texts);
        if (vectors) post({ id, vectors });
      } catch (error) {
        // the model was tried when it was loaded: what fails now is this text
        post({
          id,
          failed: `The model ${folder.name} failed: ${(error as Error).message.split('\n')[0]}`,
          fault: 'text',
        });
      }
      waiting.delete(id);
    }
    running = false;
    if (closing) port?.close();
  }

  /** The vectors in the order of the texts; null where the call was cancelled meanwhile. */
  async function embed(id: number, texts: readonly string[]): Promise<Float32Array[] | null> {
    const encoded: { readonly place: number; readonly ids: readonly number[] }[] = [];
    for (const [place, text] of texts.entries()) {
      encoded.push({ place, ids: model.encode(text) });
      // lets messages in
      await setImmediate();
      if (!waiting.has(id)) return null;
    }
    // texts of like length together: less padding
    encoded.sort((a, b) => a.ids.length - b.ids.length);
    const vectors: Float32Array[] = [];
    for (let at = 0; at < encoded.length; ) {
      const batch = batchFrom(encoded, at);
      // `run` lets messages in before it begins
      if (!waiting.has(id)) return null;
      const made = await model.run(batch.map(({ ids }) => ids));
      for (const [index, { place }] of batch.entries()) vectors[place] = made[index] as Float32Array;
      at += batch.length;
    }
    return vectors;
  }

  port.on('message', (request: Request) => {
    if (request === 'close') {
      closing = true;
      if (!running) port.close();
    } else if ('cancelled' in request) waiting.delete(request.cancelled);
    else {
      waiting.set(request.id, request.texts);
      if (!running) void embedAll();
    }
  });
  post('ready');
} catch (error) {
  if (!(error instanceof EmbeddingError)) throw error;
  post({ unusable: error.message });
  port.close();
}

/** As many texts as fit into one batch, the shortest first; at least one. */
function batchFrom<Text extends { readonly ids: readonly number[] }>(sorted: readonly Text[], from: number): Text[] {
  const batch: Text[] = [];
  for (const text of sorted.slice(from)) {
    if (batch.length > 0 && (batch.length + 1) * text.ids.length > maxBatchTokens) break;
    batch.push(text);
  }
  return batch;
}
