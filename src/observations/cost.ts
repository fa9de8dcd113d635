import { channel } from 'node:diagnostics_channel';

/** Points that a caller has spent, or was refused to spend. */
export interface CostObservation {
  /** What they are for: requests, signing in, or events that are told. */
  readonly purpose: 'request' | 'signIn' | 'live';
  readonly points: number;
  readonly isRefused: boolean;
}

/** `cq:cost`: a `CostObservation` for each. None where there is no limit. */
export const costs = channel('cq:cost');
