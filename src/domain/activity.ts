import type { EventMark, Store, UnitEvent } from '../store/store.ts';
import { dayMs } from './days.ts';
import { domainsOf, type KnownViewer } from './viewer.ts';

/** How far back activity reaches. */
const reachMs = 30 * dayMs;
/** An event bears the instant at which its request began, and commits later: after waits and timeouts, but long before this. */
const requestMs = 3_600_000;
/** The most events that a place remembers; more of them wait. */
export const maxTold = 100;

/** A place in the activity, for a caller to go on from: the last event before it, and those told of the ones after it. */
export interface ActivityPlace {
  /** The number of the event; 0 for none. All of lower numbers were told, or happened before the first place. */
  readonly after: number;
  /** When the first event that was not told can have happened, in milliseconds. */
  readonly at: number;
  readonly mark: EventMark;
  /** The numbers of what was told after it, ascending. */
  readonly told: readonly number[];
}

export interface ActivityPage {
  /** In the order in which they happened, each with the place behind it. */
  readonly events: readonly { readonly event: UnitEvent; readonly place: ActivityPlace }[];
  /** Where to go on from, also if nothing happened. */
  readonly end: ActivityPlace;
  readonly hasMore: boolean;
}

/**
 * What others did to the caller's proposals after a place; without one, the last of the past 30 days, `hasMore` then being about what
 * was before. No event is told twice, and none left out: a transaction may commit its event after later ones, and while one is open a
 * place remembers what was told beyond the events that are complete. Where that is too much, the rest is told when it has ended.
 */
export async function activityOf(
  store: Store,
  viewer: KnownViewer,
  from: ActivityPlace | null,
  limit: number,
  now = store.now(),
): Promise<ActivityPage> {
  const reach = now.getTime() - reachMs;
  const start = from?.at ?? reach;
  const { items, hasMore, complete, mark } = await store.events.ofProposals(viewer.user.username, {
    after: from?.after ?? null,
    except: from?.told,
    since: new Date(Math.max(reach, start)),
    within: domainsOf(viewer),
    mark: from?.mark ?? null,
    limit,
  });
  // of the last ones, what is before the first happened before
  const before = hasMore ? (items[0]?.id ?? complete + 1) - 1 : 0;
  let place: ActivityPlace = { told: [], after: before, ...from, at: start, mark };
  const events: { event: UnitEvent; place: ActivityPlace }[] = [];
  for (const event of items) {
    const isComplete = event.id <= complete;
    if (!isComplete && place.told.length >= maxTold) return { events, end: place, hasMore: false };
    place = isComplete ? pastEvent(place, event.id) : { ...place, told: [...place.told, event.id].sort(ascending) };
    events.push({ event, place });
  }
  const isLast = from === null || !hasMore;
  return { events, end: isLast ? { ...pastEvent(place, complete), at: mark.at - requestMs } : place, hasMore };
}

const ascending = (one: number, other: number) => one - other;

/** Moves a place past an event up to which all were told. */
function pastEvent(place: ActivityPlace, id: number): ActivityPlace {
  const after = Math.max(place.after, id);
  return { ...place, after, told: place.told.filter((told) => told > after) };
}
