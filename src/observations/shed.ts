import { channel } from 'node:diagnostics_channel';
import type { Door } from './request.ts';

/** What was refused with 503, since the process has more to do than it can. */
export interface ShedObservation {
  readonly door: Door;
}

/** `cq:shed`: a `ShedObservation` for each. */
export const shed = channel('cq:shed');

export function tellOfShed(door: Door): void {
  if (!shed.hasSubscribers) return;
  const refused: ShedObservation = { door };
  shed.publish(refused);
}
