import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { type Clock, systemClock } from './clock.ts';
import { pruneInBatches } from './pruning.ts';
import type { Worker } from './run-loop.ts';

/** For how long deliveries that have ended are kept, and how many of each webhook. */
const [keepMs, keep] = [7 * 86_400_000, 1000];

export interface PruningDeliveriesOptions {
  readonly store: Pick<Store, 'webhooks' | 'now'>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Deletes deliveries to webhooks that have ended, when they are old or too many. */
export const startPruningDeliveries = ({ store, log, clock = systemClock }: PruningDeliveriesOptions): Worker =>
  pruneInBatches((limit) => store.webhooks.prune(new Date(store.now().getTime() - keepMs), keep, limit), {
    what: 'old deliveries to webhooks',
    log,
    clock,
  });
