/**
 * What is at fault. `service`: it is unreachable or busy, and may recover. `setup`: an operator must act, since the service
 * rejects the request or answers something other than embeddings. `text`: the service rejects this text.
 */
export type Fault = 'service' | 'setup' | 'text';

/** Embedding failed. The message is for operators: it names the service and never contains its key. */
export class EmbeddingError extends Error {
  override readonly name = 'EmbeddingError';
  readonly fault: Fault;

  constructor(message: string, fault: Fault) {
    super(message);
    this.fault = fault;
  }

  /** Whether retrying the same texts may succeed. */
  get retryable(): boolean {
    return this.fault === 'service';
  }
}
