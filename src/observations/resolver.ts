import { channel, type Timed } from './observed.ts';

/**
 * The resolvers of one field that wait for something, for all objects of one operation that have it: from the first call to the last answer.
 * Of a field whose resolver answers at once there is a `start`, and nothing more.
 */
export interface ResolverObservation extends Timed {
  /** The object's type, and the field, as in the schema: bounded. */
  readonly type: string;
  readonly field: string;
  /** For how many objects. */
  calls: number;
}

/** `cq:resolver` */
export const resolvers = channel<ResolverObservation>('cq:resolver');
