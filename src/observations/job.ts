import { channel, type Timed } from './observed.ts';

/** Work beside the requests, when there is some: a worker that looks for work in vain tells nothing. */
export interface JobObservation extends Timed {
  readonly name: 'embedding';
  /** How many items there are. */
  readonly items: number;
}

/** `cq:job` */
export const jobs = channel<JobObservation>('cq:job');
