/**
 * Who has to act: nobody, since the service is away or busy and may be back; the operator, since it answers something
 * else than embeddings or refuses the way it is asked; or the writer of the text, which the service does not take.
 */
export type Fault = 'service' | 'setup' | 'text';

/** No vectors. The message is for the operator: it names the service and never holds the key. */
export class EmbeddingError extends Error {
  override readonly name = 'EmbeddingError';
  readonly fault: Fault;

  constructor(message: string, fault: Fault) {
    super(message);
    this.fault = fault;
  }

  /** Whether the same texts may succeed later with nothing changed. */
  get retryable(): boolean {
    return this.fault === 'service';
  }
}
