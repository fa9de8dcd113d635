import { availableParallelism } from 'node:os';
import type { LocalConfig } from '../../config/embedding.ts';
import type { EmbeddingCall } from '../embedder.ts';
import type { ModelFolder } from './model-folder.ts';
import { createModelThread } from './model-threads.ts';

/** The model for batches leaves memory after a minute without one; that for single texts stays, since searches wait for it. */
const batchIdleMs = 60_000;

/** Batches come from the background: on Linux their thread has a lower priority than requests. */
const batchNiceness = 10;

/** Batches are computed by half of the processors, and by four at most. */
const batchThreads = Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2)));

/**
 * The provider local: a model in a folder, computed in this process on worker threads. Somebody may be waiting for a call with
 * one text, a query or a duplicate check, so that these have a thread of their own; calls with several texts never hold it up.
 */
export function localCall(folder: ModelFolder, { timeoutMs }: Pick<LocalConfig, 'timeoutMs'>): EmbeddingCall {
  const single = createModelThread({ folder, timeoutMs, threads: 1, niceness: 0, idleMs: null });
  const batches = createModelThread({
    folder,
    timeoutMs,
    threads: batchThreads,
    niceness: batchNiceness,
    idleMs: batchIdleMs,
  });
  return (texts, signal) => (texts.length === 1 ? single : batches).embed(texts, signal);
}
