import type { Store, UnitEvent } from '../store/store.ts';
import { dayMs } from './days.ts';
import { domainsOf, type KnownViewer } from './viewer.ts';

/** How far back activity reaches. */
const reachMs = 30 * dayMs;
/**
 * A transaction that began earlier may commit later, and its events then have lower numbers than some that were told already. For
 * this long they are waited for: a place remembers which events after it were told.
 */
const settledMs = 60_000;
/** The most events that a place remembers; beyond that it moves on. */
const maxTold = 20;

/** A place in the activity, for a caller to go on from: the last event before it, and those told of the ones after it. */
export interface ActivityPlace {
  /** The number of the event; 0 for none. */
  readonly after: number;
  /** When that happened, in milliseconds. */
  readonly at: number;
  readonly told: readonly ToldEvent[];
}

interface ToldEvent {
  readonly id: number;
  readonly at: number;
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
 * was before. No event is told twice, and none left out: events whose transaction takes up to a minute are told late.
 */
export async function activityOf(
  store: Store,
  viewer: KnownViewer,
  from: ActivityPlace | null,
  limit: number,
  now = store.now(),
): Promise<ActivityPage> {
  const reach = now.getTime() - reachMs;
  const { items, hasMore } = await store.events.ofProposals(viewer.user.username, {
    after: from?.after ?? null,
    except: from?.told.map(({ id }) => id),
    since: new Date(from ? Math.max(reach, from.at - settledMs) : reach),
    within: domainsOf(viewer),
    limit,
  });
  const settled = now.getTime() - settledMs;
  const events: { event: UnitEvent; place: ActivityPlace }[] = [];
  let place = from ?? { after: 0, at: now.getTime(), told: [] };
  for (const event of items) {
    place = moved(place, { id: event.id, at: event.at.getTime() }, settled);
    events.push({ event, place });
  }
  const isLast = from === null || !hasMore;
  return { events, end: isLast ? pastSettled(place, settled, Number.POSITIVE_INFINITY) : place, hasMore };
}

/** The place behind an event: others with higher numbers, and those told before, may follow. */
function moved({ after, at, told }: ActivityPlace, event: ToldEvent, settled: number): ActivityPlace {
  return pastSettled({ after, at, told: [...told, event].sort((a, b) => a.id - b.id) }, settled, event.id);
}

/** Moves a place past the events up to `last` that have settled, and past as many as it cannot remember. */
function pastSettled({ after, at, told }: ActivityPlace, settled: number, last: number): ActivityPlace {
  const done = told.findLastIndex((event) => event.id <= last && event.at <= settled) + 1;
  const dropped = told[Math.max(done, told.length - maxTold) - 1];
  return dropped
    ? { after: dropped.id, at: dropped.at, told: told.filter(({ id }) => id > dropped.id) }
    : { after, at, told };
}
