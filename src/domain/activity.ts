import type { LogPage, LogPlace, Store, UnitEvent } from '../store/store.ts';
import { dayMs } from './days.ts';
import { domainsOf, type KnownViewer } from './viewer.ts';

/** How far back activity reaches. */
const reachMs = 30 * dayMs;

/**
 * What others did to the caller's proposals in the past 30 days, as the log of events tells it: the first behind a place, or the last ones,
 * `hasMore` then being about what was before.
 */
export function activityOf(
  store: Store,
  viewer: KnownViewer,
  after: LogPlace | null,
  limit: number,
): Promise<LogPage<UnitEvent>> {
  const since = new Date(store.now().getTime() - reachMs);
  return store.events.ofProposals(viewer.user.username, { after, since, within: domainsOf(viewer), limit });
}
