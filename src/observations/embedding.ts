import { channel, type Timed } from './observed.ts';

/** A call of an embedding service, or of a model in a folder, with one batch of texts. */
export interface EmbeddingObservation extends Timed {
  readonly provider: string;
  readonly model: string;
  readonly kind: 'document' | 'query';
  /** How many texts there are. */
  readonly texts: number;
}

/** `cq:embedding` */
export const embeddings = channel<EmbeddingObservation>('cq:embedding');
